"""Behind the scenes: how many events lie on the topics, and whether anybody still has something to do.

The story itself goes by HTTP alone; this is for who runs it, and must know when a moment has had all its effects.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from deploy.services import NAMES, manifest
from shared.chassis.cards.topic import card_group, card_topic
from shared.chassis.declarations.deadline import Deadline
from shared.chassis.declarations.errand import Errand
from shared.chassis.declarations.policy import Policy
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.view import View
from shared.chassis.drivers.kafka_observer import KafkaObserver
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.wire import topic_of

QUIET_SECONDS: Final = 0.2
NOBODY: Final = "demo-nobody"
LOOK_EVERY_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 60.0


class NeverQuiet(Exception):
    """Somebody has something to do, and does not get on with it."""


class Pulse:
    """Looks at topics and consumer groups without taking part."""

    def __init__(self, kafka: str, prefix: str = "") -> None:
        self._groups = dict(_groups(prefix))
        self._topics = {name: topic_of(prefix, name) for name in NAMES}
        # one observer each: an observer answers one question after the other
        options = KafkaOptions(servers=kafka, client="demo-pulse")
        self._observers = {name: KafkaObserver(options) for name in (*self._groups, *self._topics)}

    async def close(self) -> None:
        """Disconnect."""
        await asyncio.gather(*(observer.close() for observer in self._observers.values()))

    async def events(self) -> Mapping[str, int]:
        """How many records lie on each service's topic: a group that never read has all of them before it."""
        counts = await asyncio.gather(
            *(self._observers[name].lag(NOBODY, [topic]) for name, topic in self._topics.items())
        )
        return dict(zip(self._topics, counts, strict=True))

    async def waiting(self) -> Mapping[str, int]:
        """How many records each group has before it; groups that are done are left out."""
        lags = await asyncio.gather(*(self._observers[group].lag(group, each) for group, each in self._groups.items()))
        return {group: lag for group, lag in zip(self._groups, lags, strict=True) if lag}

    async def settled(self) -> Mapping[str, int]:
        """Return the events once nobody has had anything to do for a while.

        What falls due is not waited for: that is known by its effects. Raises NeverQuiet.
        """
        progress = Progress()
        while True:
            await self._nothing_new()
            before, waiting, now = await self._total(), await self.waiting(), await self.events()
            if not waiting and sum(now.values()) == before:
                return now
            progress.look((before, waiting))

    async def _nothing_new(self) -> None:
        """Return when no event came for a while: cheap to ask, unlike what every reader has done."""
        loop = asyncio.get_running_loop()
        known, since = await self._total(), loop.time()
        while loop.time() - since < QUIET_SECONDS:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            total = await self._total()
            if total != known:
                known, since = total, loop.time()

    async def _total(self) -> int:
        return await self._observers[NAMES[0]].lag(NOBODY, list(self._topics.values()))


class Progress:
    """Notices when nothing goes on although something is left to do."""

    def __init__(self) -> None:
        self._seen: tuple[int, Mapping[str, int]] | None = None
        self._since = 0.0

    def look(self, now: tuple[int, Mapping[str, int]]) -> None:
        """Take note of where things stand. Raises NeverQuiet when that has been so for too long."""
        moment = asyncio.get_running_loop().time()
        if now != self._seen:
            self._seen, self._since = now, moment
        elif moment - self._since > PATIENCE_SECONDS:
            raise NeverQuiet(f"readers that do not get on: {dict(now[1])}")


def _groups(prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Every consumer group of the four services with the topics that it reads."""
    for service in map(manifest, NAMES):
        for reader, publishers in _readers(service).items():
            yield f"{prefix}{service.name}-{reader}", sorted(topic_of(prefix, name) for name in publishers)
        if service.cards is not None:
            yield card_group(service.name, prefix), [card_topic(service.cards, prefix)]


def _readers(service: Service) -> Mapping[str, set[str]]:
    reactions: Mapping[str, Sequence[Policy | View[Any] | Deadline | Errand]] = {
        "policies": service.reactions,
        "views": (*service.views, *service.deadlines),
        "errands": service.errands,
    }
    found = {name: {event.service() for row in rows for event in row.events} for name, rows in reactions.items()}
    return {name: publishers for name, publishers in found.items() if publishers}
