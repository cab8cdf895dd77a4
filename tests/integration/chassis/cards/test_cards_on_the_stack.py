"""Contact cards on the real broker and the real database."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from shared.chassis.cards.copies import CardCopies
from shared.chassis.cards.owner import CARDS, CardOwner
from shared.chassis.cards.relay import CardRelay
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.cards.wire import read_record
from shared.chassis.clock import SystemClock
from shared.chassis.declarations.cards import CardBook
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, last_value_wins
from shared.chassis.ports import Message, Store
from tests.support.eventually import eventually
from tests.support.shoe_shop import CustomerCard
from tests.support.stack import Stack, is_embedded

BOOK = CardBook(owner="shoes", path="customers", card=CustomerCard)
RING = KeyRing.parse("k1:" + base64.b64encode(b"1" * 32).decode())
SHORT_MS = 1000
SETTLED = timedelta(milliseconds=SHORT_MS + 500)
ANN = {"name": "Ann Cobbler", "email": "ann@boots.example"}
BEN = {"name": "Ben Lastmaker", "email": None}


@dataclass
class Place:
    """One database and one topic, and everything that was opened on them."""

    options: KafkaOptions
    prefix: str
    store: Store
    brokers: list[KafkaBroker] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return card_topic(BOOK, self.prefix)

    async def process(self) -> tuple[CardOwner, CardRelay]:
        broker = KafkaBroker(self.options)
        self.brokers.append(broker)
        await broker.start()
        relay = CardRelay(self.store, broker, SystemClock(), self.topic)
        relay.settled = SETTLED
        return CardOwner(BOOK, self.store, RING, relay.wake), relay

    async def copies(self, service: str) -> CardCopies:
        found = CardCopies(BOOK, service, self.store, RING)
        broker = KafkaBroker(self.options)
        self.brokers.append(broker)
        found.subscribe(broker, self.prefix)
        await broker.start()
        return found

    async def records(self) -> list[Message]:
        return [message async for message in self.brokers[0].read_all(self.topic)]


@dataclass(frozen=True)
class Segments:
    """The files in which the broker keeps the topic."""

    root: Path
    topic: str

    def hold(self, content: bytes) -> bool:
        return any(content in file.read_bytes() for file in self._files() if file.exists())

    def _files(self) -> list[Path]:
        return list(self.root.glob(f"stack[0-9]*/**/{self.topic}-*/*.log*"))


@pytest.fixture(params=["motor", "pymongo"])
async def place(
    request: pytest.FixtureRequest, stack: Stack, topic_prefix: str, database_name: str
) -> AsyncIterator[Place]:
    opener = open_motor_store if request.param == "motor" else open_pymongo_store
    options = KafkaOptions(servers=stack.kafka, client="test", session_seconds=6.0, send_seconds=4.0, stop_seconds=4.0)
    found = Place(options, topic_prefix, opener(stack.mongo, database_name))
    short = last_value_wins(found.topic, 2, 1, gone_within_ms=SHORT_MS, rewritten_within_ms=SHORT_MS)
    await create_topics(options, [short])
    yield found
    for broker in found.brokers:
        await broker.stop()
    await found.store.close()


async def test_a_card_reaches_the_copies_and_leaves_them_again(place: Place) -> None:
    owner, relay = await place.process()
    copies = await place.copies("mail")
    await owner.put("p1", ANN, "north")
    assert await relay.send_woken()
    await eventually(lambda: copies.holds("p1"), "the copy is there")
    assert await copies.get(["p1"]) == {"p1": ANN}
    await owner.erase("p1", "north")
    assert await relay.send_woken()

    async def gone() -> bool:
        return not await copies.holds("p1")

    await eventually(gone, "the copy is gone")


async def test_two_processes_at_once_leave_the_last_card_last_on_the_topic(place: Place) -> None:
    processes = [await place.process() for _ in range(2)]

    async def work(number: int, owner: CardOwner, relay: CardRelay) -> None:
        for turn in range(10):
            await owner.put("p1", {"name": f"Name {number} {turn}"}, "north")
            await relay.send_woken()

    await asyncio.gather(*(work(number, *process) for number, process in enumerate(processes)))
    for _, relay in processes:
        await relay.sweep()
    records = [read_record(message) for message in await place.records()]
    assert (await place.store.get(CARDS, ["p1"]))["p1"]["relayed_revision"] == 20
    assert records[-1].revision == 20
    assert [record.revision for record in records] == sorted(record.revision for record in records)


@pytest.fixture
def segments(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Segments:
    """The files in which the embedded broker keeps the topic."""
    if not is_embedded():
        pytest.skip("The broker keeps its files elsewhere.")
    return Segments(tmp_path_factory.getbasetemp(), place.topic)


async def test_an_erased_card_leaves_no_trace_on_the_brokers_disk(place: Place, segments: Segments) -> None:
    owner, relay = await place.process()
    await owner.put("p1", ANN, "north")
    await relay.send_woken()
    sealed = (await place.store.get(CARDS, ["p1"]))["p1"]["sealed"]
    assert segments.hold(sealed)
    await owner.erase("p1", "north")

    async def swept_away() -> bool:
        await relay.sweep()
        return not segments.hold(sealed)

    await eventually(swept_away, "the sealed card is off the disk", 30)
