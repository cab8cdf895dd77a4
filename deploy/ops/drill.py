"""The restore drill: take out, destroy, put back, compare. By default beside the live databases, in ones of its own."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import Environments
from deploy.ops.archive import Lots, Tell, backed_up, destroyed, differences, digests, restored
from deploy.ops.status import statuses
from deploy.services import manifest
from shared.chassis.declarations.service import Service
from shared.chassis.settings import read_settings

BESIDE = "_drill"


class StillRunning(Exception):
    """A service answers, or may; what it keeps may not be destroyed under it. The sentence says which."""


@dataclass(frozen=True)
class Drill:
    """How it went; seconds by step. `different`: what came back otherwise than it was."""

    documents: int
    collections: int
    seconds: Mapping[str, float]
    different: list[str]
    lots: Lots


async def drilled(environments: Environments, folder: Path, tell: Tell = lambda _: None) -> Drill:
    """Take everything out, put it into databases beside, destroy those, put it back and compare with what was taken.

    The live databases are only read. Raises Unavailable, OSError.
    """
    beside = {name: _beside(name, settings) for name, settings in environments.items()}
    await destroyed(beside)
    taken = await backed_up(environments, folder, tell)
    try:
        await restored(beside, folder, tell)
        return await _proved(beside, folder, {"back up": taken.seconds}, taken.lots, tell)
    finally:
        await destroyed(beside)


async def drilled_in_place(
    environments: Environments,
    folder: Path,
    tell: Tell = lambda _: None,
    find: Callable[[str], Service] = manifest,
    *,
    stopped: bool = False,
) -> Drill:
    """The same with the databases themselves: all services must be stopped. Raises StillRunning, Unavailable.

    `stopped`: somebody says so; it counts where nobody knows at which address a service would answer.
    """
    seen = await statuses(environments, {}, find)
    running = [each.service for each in seen if each.http.up]
    unseen = [each.service for each in seen if each.http.up is None]
    if running:
        raise StillRunning(f"Still answering: {', '.join(running)}. Stop every service first.")
    if unseen and not stopped:
        raise StillRunning(f"Nobody can see whether these run: {', '.join(unseen)}. Stop them, then say --stopped.")
    taken = await backed_up(environments, folder, tell)
    return await _proved(environments, folder, {"back up": taken.seconds}, taken.lots, tell)


async def _proved(environments: Environments, folder: Path, seconds: dict[str, float], lots: Lots, tell: Tell) -> Drill:
    began = time.perf_counter()
    await destroyed(environments)
    gone = await digests(environments)
    seconds["destroy"] = time.perf_counter() - began
    if any(gone.values()):
        raise RuntimeError("something was left after everything was destroyed")
    put_back = await restored(environments, folder, tell)
    seconds["restore"] = put_back.seconds
    began = time.perf_counter()
    different = differences(lots, put_back.lots)
    seconds["compare"] = time.perf_counter() - began
    return Drill(put_back.documents, sum(map(len, put_back.lots.values())), seconds, different, lots)


def _beside(name: str, settings: Mapping[str, str]) -> Mapping[str, str]:
    return {**settings, "SIXSTEPS_DATABASE": f"{read_settings(name, settings).database_name}{BESIDE}"}
