"""A store in memory, a topic that is a list, a clock that stands still, and two ways to make a send go wrong."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from shared.chassis.cards.copies import CardCopies
from shared.chassis.cards.owner import CardOwner
from shared.chassis.cards.relay import CardRelay
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.declarations.cards import CardBook
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Document, Headers, Message
from tests.support.shoe_shop import CustomerCard

BOOK = CardBook(owner="shoes", path="customers", card=CustomerCard)
TOPIC = "shoes-customers"
OLD_KEY = "old:" + base64.b64encode(b"1" * 32).decode()
NEW_KEY = "new:" + base64.b64encode(b"2" * 32).decode()
RING = KeyRing.parse(OLD_KEY)
ANN = {"name": "Ann Cobbler", "email": "ann@boots.example"}
BEN = {"name": "Ben Lastmaker", "email": None}


class Crash(BaseException):
    """The process is gone."""


class BusyStore(MemoryStore):
    """Lets others in between every look and what follows from it."""

    @override
    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        found = await super().get(collection, ids)
        await asyncio.sleep(0)
        return found


class Gate:
    """Holds a send up until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self._open.wait()

    def open(self) -> None:
        self._open.set()


Sending = Callable[[], Awaitable[None]]


async def quietly() -> None:
    """Nothing in the way."""


@dataclass
class Topic:
    """Records in the order in which they landed; `before` and `after` happen around each landing."""

    records: list[Message] = field(default_factory=list)
    before: Sending = quietly
    after: Sending = quietly

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        await self.before()
        self.records.append(Message(topic, 0, len(self.records), key, value, headers))
        await self.after()

    def compacted(self) -> list[Message]:
        """What is left for a new reader."""
        last = {message.key: message for message in self.records}
        return list(last.values())


@dataclass
class Hands:
    """A clock whose hands are moved by the test."""

    time: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    passed: float = 0.0

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Shop:
    """One database and one topic; as many processes as the test wants."""

    store: MemoryStore = field(default_factory=BusyStore)
    topic: Topic = field(default_factory=Topic)
    clock: Hands = field(default_factory=Hands)

    def process(self, topic: Topic | None = None, ring: KeyRing = RING) -> tuple[CardOwner, CardRelay]:
        relay = CardRelay(self.store, topic or self.topic, self.clock, TOPIC, seconds=lambda: self.clock.passed)
        return CardOwner(BOOK, self.store, ring, relay.wake), relay


def copies(ring: KeyRing = RING, store: MemoryStore | None = None) -> CardCopies:
    """Copies of another service, with a database of its own."""
    return CardCopies(BOOK, "mail", store or MemoryStore(), ring)
