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

TICK_SECONDS: Final = 0.1
"""How often the services of the demonstration look for what is due."""

QUIET_SECONDS: Final = 2.5 * TICK_SECONDS
NOBODY: Final = "demo-nobody"
LOOK_EVERY_SECONDS: Final = 0.05
PATIENCE_SECONDS: Final = 300.0


class NeverQuiet(Exception):
    """The services did not come to rest in time."""


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
        """Return the events once nobody has anything to do for longer than two looks for deadlines.

        Raises NeverQuiet.
        """
        loop = asyncio.get_running_loop()
        deadline, before, since = loop.time() + PATIENCE_SECONDS, await self.events(), loop.time()
        while True:
            waiting, now = await self.waiting(), await self.events()
            if waiting or now != before:
                before, since = now, loop.time()
            elif loop.time() - since >= QUIET_SECONDS:
                return now
            if loop.time() > deadline:
                raise NeverQuiet(f"still before their readers: {dict(waiting) or 'new events all the time'}")
            await asyncio.sleep(LOOK_EVERY_SECONDS)


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
