"""One process of notifications at work over drivers in memory, and the other services' topics that it reads."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from services.notifications.gateways.memory import MemoryMailer
from services.notifications.service import SERVICE
from shared.chassis import wire
from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.cards.wire import CardRecord
from shared.chassis.declarations.event import Event
from shared.chassis.drivers.memory_broker import MemoryBroker, MemoryCluster
from shared.chassis.drivers.memory_store import MemoryStore
from tests.support.eventually import eventually
from tests.support.scenario import NOW, REGION
from tests.support.shoe_works import SetClock

KEYS = "k1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
TOPICS = ("enrolment-events", "portfolio-events", "network-events", "notifications-events", "enrolment-people")


@dataclass
class Office:
    """What a test may do: let things happen elsewhere, let time pass, look at what was sent."""

    cluster: MemoryCluster = field(default_factory=MemoryCluster)
    store: MemoryStore = field(default_factory=MemoryStore)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    keys: KeyRing = field(default_factory=lambda: KeyRing.parse(KEYS))
    sequences: dict[str, int] = field(default_factory=dict)
    running: Assembled | None = None

    async def open(self) -> None:
        """Start a process, the first one or another one over the same journal."""
        self.cluster.create(*TOPICS)
        around = Around(
            store=self.store,
            broker=MemoryBroker(self.cluster),
            clock=self.clock,
            keys=self.keys,
            deployment="test",
            gateways={"mail": self.mailer},
        )
        self.running = assemble(SERVICE, around)
        await self.running.prepare()
        self.running.subscribe()
        await around.broker.start()

    async def close(self) -> None:
        """Stop the process."""
        if self.running is not None:
            await self.running.relay.drain(5)
            await self.running.around.broker.stop()

    def happen(self, event: Event, stream: str, at: datetime | None = None, region: str = REGION) -> str:
        """Put an event on its service's topic, as its relay would; its id."""
        sequence = self.sequences[stream] = self.sequences.get(stream, 0) + 1
        commit = {
            "stream": stream,
            "key": stream,
            "region": region,
            "at": at or self.clock.now(),
            "correlation": "corr",
            "causation": "cause",
            "trace": None,
        }
        event_id = f"{stream}.{sequence}"
        body = {"id": event_id, "type": event.type_name(), "sequence": sequence}
        sent = wire.record(commit, {**body, "data": event.model_dump(mode="json")}, "/sixsteps/test/elsewhere")
        self.cluster.append(f"{event.service()}-events", sent.key, sent.value, sent.headers)
        return event_id

    def know(self, person_id: str, **card: Any) -> None:
        """Let enrolment send a person's contact card."""
        assert SERVICE.cards is not None
        record = CardRecord(person_id, REGION, 1, None)
        fields = {"name": person_id.title(), "email": f"{person_id}@example.org", "language": "en", **card}
        sealed = self.keys.seal(orjson.dumps(fields), record.about)
        self.cluster.append(card_topic(SERVICE.cards, ""), record.key, sealed, record.headers)

    async def tick(self) -> None:
        """Let what is due be asked for."""
        assert self.running is not None
        await self.running.readers.ticker.tick()

    async def all_done(self) -> None:
        """Wait until everything on the topics was read and everything decided was sent."""
        await eventually(self._quiet, "everything was read and sent")

    async def _quiet(self) -> bool:
        assert self.running is not None
        lag = sum((await self.running.readers.lag()).values())
        cards = sum([await self.running.around.broker.lag(group) for group in self.cluster.members])
        return lag + cards + self.running.relay.backlog == 0

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Who was sent what: names and subjects, in order of the name."""
        return sorted((mail.to.partition("@")[0], mail.subject) for mail in self.mailer.mails)
