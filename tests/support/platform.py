"""The platform as the acceptance tests meet it: four processes, a clock that may be set, topics, mail, the audit."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from deploy.demo.journey.client import Api
from deploy.demo.journey.clock import SettableClock
from deploy.demo.journey.who import tokens_from
from deploy.local.platform import PlatformPlan, RunningPlatform, RunningService, start_platform
from deploy.local.ports import free_port
from deploy.ops.audit import audited
from deploy.services import NAMES
from shared.chassis.auditing import Audit, audit
from shared.chassis.commits import JOURNAL
from shared.chassis.reading.parking import PARKED
from tests.support.eventually import at_rest
from tests.support.groups import reset_to_the_beginning
from tests.support.inside import Inside, inside
from tests.support.onlooker import Onlooker
from tests.support.stack import Stack

STARTS_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""A Monday morning: the moment at which the clock of every platform starts."""


@dataclass
class Platform:
    """Four live services. Ask them through `api`; move time through `clock`, forward only, relative to `now()`."""

    running: RunningPlatform
    api: Api
    clock: SettableClock
    onlooker: Onlooker
    insides: Mapping[str, Inside]
    _mails: dict[Path, EmailMessage] = field(default_factory=dict)

    def now(self) -> datetime:
        """The moment that the services believe it is."""
        return self.clock.now()

    def mails(self) -> list[EmailMessage]:
        """Every message that the mail sink has taken, in order."""
        for path in sorted(self.running.mail.folder.glob("*.eml")):
            if path not in self._mails:
                read = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(read, EmailMessage)
                self._mails[path] = read
        return list(self._mails.values())

    async def settled(self, seconds: float = 60) -> None:
        """Return when nothing happens any more by itself: all is relayed, read, done and due nowhere."""
        waiting = dict[str, Any]()

        async def commits() -> int | None:
            waiting.clear()
            waiting.update(await self._waiting())
            return None if waiting else await self._commits()

        await at_rest(commits, lambda: f"the platform comes to rest; there waits {waiting}", seconds)

    async def _waiting(self) -> Mapping[str, Any]:
        """What is yet to be done, by service; or else read, by group."""
        found = await asyncio.gather(*(each.restless(self.now()) for each in self.insides.values()))
        if any(found):
            return {name: each for name, each in zip(self.insides, found, strict=True) if each}
        reading = [each.reading() for each in self.insides.values()]
        behind = await self.onlooker.behind({group: topics for each in reading for group, topics in each.items()})
        return {group: records for group, records in behind.items() if records}

    async def _commits(self) -> int:
        """How many there are, of all services."""
        return sum(await asyncio.gather(*(each.store.count(JOURNAL, {}) for each in self.insides.values())))

    async def parked(self, region: str | None = None) -> list[Mapping[str, Any]]:
        """What readers have put aside, of one region or of all."""
        found = await asyncio.gather(*(each.store.find(PARKED, {}) for each in self.insides.values()))
        everything = [document for documents in found for document in documents]
        return [each for each in everything if region in (None, each.get("region"))]

    async def audit(self, region: str) -> list[Audit]:
        """Journals against topics: what is found of one region. Settle first."""
        return [
            audit(name, await each.store.find(JOURNAL, {"region": region}), self.onlooker.on(f"{name}-events", region))
            for name, each in self.insides.items()
        ]

    async def must_be_sound(self, region: str | None = None) -> None:
        """Fail when a promise of the journals does not hold, or when anything is parked.

        For one region journals are held against what the onlooker saw; without one it is what `ops audit` does.
        """
        await self.settled()
        audits = await self.audit(region) if region else await audited(self.environments)
        broken = [violation for each in audits for violation in each.violations]
        assert not broken, broken
        parked = [(each["reader"], each["stream"], each.get("reason")) for each in await self.parked(region)]
        assert not parked, parked

    @property
    def environments(self) -> Mapping[str, Mapping[str, str]]:
        """The settings that each service runs with, as the operators' commands take them."""
        return {name: service.environment for name, service in self.running.services.items()}

    @asynccontextmanager
    async def without(self, name: str, *, killed: bool = False) -> AsyncIterator[RunningService]:
        """One service stopped in order (or killed), and started again afterwards at the same address."""
        service = self.running.services[name]
        await asyncio.to_thread(service.kill if killed else service.stop)
        try:
            yield service
        finally:
            service.start()
            await asyncio.to_thread(service.wait_ready)

    async def replay(self, *names: str) -> None:
        """Let these services read every topic again from its beginning; returns when they have."""
        services = [self.running.services[name] for name in names]
        groups = [group for name in names for group in self.insides[name].groups().items()]
        await asyncio.gather(*(asyncio.to_thread(service.stop) for service in services))
        await asyncio.gather(*(reset_to_the_beginning(self.running.plan.kafka, *group) for group in groups))
        for service in services:
            service.start()
        await asyncio.gather(*(asyncio.to_thread(service.wait_ready) for service in services))
        await self.settled()

    @asynccontextmanager
    async def another(self, name: str, role: str = "api") -> AsyncIterator[str]:
        """A second process of a service; yields the name under which `api` asks it."""
        first, nickname = self.running.services[name], f"{name}-2"
        environment = {**first.environment, "SIXSTEPS_HTTP_PORT": str(free_port())}
        second = RunningService(name, environment, self.running.plan.folder / f"{nickname}.log", role)
        second.start()
        try:
            await asyncio.to_thread(second.wait_ready)
            self.api.addresses[nickname] = second.address
            yield nickname
        finally:
            self.api.addresses.pop(nickname, None)
            await asyncio.to_thread(second.stop)


@asynccontextmanager
async def live_platform(
    stack: Stack, folder: Path, prefix: str, *, clock: bool = True, more: Mapping[str, str] | None = None
) -> AsyncIterator[Platform]:
    """Start four services over the stack, with topics and databases named after `prefix`; stop them at the end."""
    settable = _clock_in(folder)
    plan = PlatformPlan(
        folder=folder,
        kafka=stack.kafka,
        mongo=stack.mongo,
        deployment="acceptance",
        prefix=f"{prefix}-",
        database_prefix=f"{prefix}_",
        more=more or {},
    )
    running = await asyncio.to_thread(start_platform, replace(plan, clock_file=settable.path) if clock else plan)
    insides = {name: inside(name, running.services[name].environment) for name in NAMES}
    onlooker = Onlooker(stack.kafka, plan.prefix, _topics(NAMES))
    try:
        await onlooker.start()
        addresses = {name: running.address(name) for name in NAMES}
        async with Api(addresses, tokens_from(running.issuer), at_once=60) as api:
            yield Platform(running, api, settable, onlooker, insides)
    finally:
        await onlooker.stop()
        for each in insides.values():
            await each.close()
        await asyncio.to_thread(running.stop)


def _clock_in(folder: Path) -> SettableClock:
    folder.mkdir(parents=True, exist_ok=True)
    clock = SettableClock(folder / "clock")
    clock.move(STARTS_AT)
    return clock


def _topics(names: Iterable[str]) -> list[str]:
    return [f"{name}-events" for name in names] + ["enrolment-people"]
