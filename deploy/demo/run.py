"""One run of the demonstration on a running platform: the story, then the checks."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from deploy.demo import gathering
from deploy.demo.board import Board
from deploy.demo.cast import Cast
from deploy.demo.checks import Check, ask_services, checks
from deploy.demo.journey import region
from deploy.demo.journey.client import Api
from deploy.demo.journey.clock import SettableClock
from deploy.demo.journey.who import tokens_from
from deploy.demo.post import Post
from deploy.demo.pulse import Pulse
from deploy.demo.reading import read_everything
from deploy.demo.stage import WatchedStage
from deploy.demo.story import Story
from deploy.local.platform import RunningPlatform
from deploy.programmes import default_programme

MEGABYTE = 2**20


@dataclass(frozen=True)
class Result:
    """How the run went: the checks, and some figures."""

    checks: list[Check]
    seconds: float
    requests: int
    repeats: int
    events: Mapping[str, int]
    megabytes: Mapping[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs."""
        told = [{**vars(check), "passed": check.passed} for check in self.checks]
        return {**vars(self), "checks": told, "passed": self.passed, "seconds": round(self.seconds, 1)}


async def run(platform: RunningPlatform, cast: Cast, clock: SettableClock, board: Board, pause: float) -> Result:
    """Play the story and check its end. Raises Refused, NotInTime, NeverQuiet, Unavailable."""
    plan, began = platform.plan, time.perf_counter()
    pulse, post = Pulse(plan.kafka, plan.prefix), Post(plan.kafka, plan.prefix)
    addresses = {name: platform.address(name) for name in platform.services}
    try:
        async with Api(addresses, tokens_from(platform.issuer)) as api:
            stage = WatchedStage(board, pulse, post, pause)
            await _watched(Story(api, cast, clock, stage).play(), stage, board)
            seconds = time.perf_counter() - began
            board.tell("Checking what the services, the topics and the e-mails say")
            told, found = await ask_services(api, cast), await read_everything(platform)
            keys_of = region.essential_of(default_programme())
            digests = sum(gathering.digests(home, keys_of) for home in cast.homes)
            results = checks(cast, told, platform.mail.headers(), found, digests)
            events = {service: audit.events for service, audit in found.audits.items()}
            return Result(results, seconds, api.tally.requests, api.tally.repeats, events, _megabytes(platform))
    finally:
        await asyncio.gather(pulse.close(), post.close())


async def _watched(playing: Coroutine[Any, Any, None], stage: WatchedStage, board: Board) -> None:
    """Play, and keep the board fresh meanwhile for who looks on."""
    watching = asyncio.create_task(stage.watch()) if board.watched else None
    try:
        await playing
    finally:
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


def _megabytes(platform: RunningPlatform) -> dict[str, int]:
    """The memory of each service's process."""
    alive = {name: service.process for name, service in platform.services.items() if service.process is not None}
    return {name: psutil.Process(process.pid).memory_info().rss // MEGABYTE for name, process in alive.items()}
