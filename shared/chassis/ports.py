"""The few small openings through which the chassis meets database, broker and clock.

Everything that goes in or out passes here, so that a test can stand between: kill, delay, repeat or lose any call.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

Document = dict[str, Any]
Collision = Literal["duplicate", "conflict"]


class Unavailable(Exception):
    """The other side did not answer, or could not now. Whether a write took effect is unknown. Worth another try."""


class Collided(Exception):
    """The document was not stored: something unique was taken (`duplicate`), or writes met (`conflict`)."""

    def __init__(self, collision: Collision) -> None:
        super().__init__(collision)
        self.collision = collision


@dataclass(frozen=True)
class Put:
    """Store this document under its `_id`; with `guard`, over one that is there only when the guard matches it."""

    document: Document
    guard: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Change:
    """Set these fields of the document with this `_id`; nothing happens when there is none."""

    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Remove:
    """Take the document with this `_id` away; nothing happens when there is none."""

    id: str


Write = Put | Change | Remove


class Store(Protocol):
    """One service's database. Every call may raise Unavailable. `_id`s are strings; times are aware, in UTC."""

    async def insert(self, collection: str, document: Document) -> None:
        """Store a new document, durably (majority, journalled). Raises Collided."""
        ...

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> Mapping[int, Collision]:
        """Store new documents in one unordered call; the positions that were not stored, and why."""
        ...

    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        """The documents with these `_id`s, by `_id`: a look-up, never a scan."""
        ...

    async def find(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Document]:
        """The documents that match, in this order (1 up, -1 down), at most `limit` (0: all)."""
        ...

    def scan(self, collection: str) -> AsyncIterator[Document]:
        """Every document, one by one, in the order of their ids: for what need not be in memory all at once."""
        ...

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """How many documents match."""
        ...

    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        """Carry out the writes in one bulk call, in no particular order; each is atomic, the whole is not.

        True when every one took effect; False when a guard did not hold, or what was to be changed was not there.
        """
        ...

    async def claim(  # the id is the document's own, as everywhere in the store
        self,
        collection: str,
        id: str,  # noqa: A002 - the document's own name for it
        where: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> bool:
        """Set the values if the document still matches; True when it did. Exactly one of several racers gets True."""
        ...

    async def swap(self, collection: str, replacement: str) -> None:
        """Let the collection `replacement` take the place of `collection`."""
        ...

    async def drop(self, collection: str) -> None:
        """Take a collection away."""
        ...

    async def unique(self, collection: str, fields: Sequence[str]) -> None:
        """See to it that these fields together are unique."""
        ...

    async def indexed(self, collection: str, fields: Sequence[str]) -> None:
        """See to it that these fields are indexed, for speed only."""
        ...

    async def keep_file(self, file_id: str, content: bytes, facts: Mapping[str, Any]) -> None:
        """Keep a file under this id; keeping it again changes nothing."""
        ...

    async def fetch_file(self, file_id: str) -> tuple[bytes, Mapping[str, Any]] | None:
        """A file's content and facts, or None."""
        ...

    async def drop_file(self, file_id: str) -> None:
        """Take a file away."""
        ...

    async def ping(self) -> None:
        """Return when the database answers."""
        ...

    async def close(self) -> None:
        """Let the connections go."""
        ...


class Archive(Protocol):
    """A store that can be taken out as a whole and put back, for who looks after it. May raise Unavailable, OSError."""

    async def save(self, folder: Path, first: Sequence[str] = ()) -> Mapping[str, "Lot"]:
        """Write everything into the folder, the collections named `first` before the others."""
        ...

    async def digest(self) -> Mapping[str, "Lot"]:
        """What lies there now, by collection."""
        ...

    async def load(self, folder: Path) -> Mapping[str, int]:
        """Put back what was saved, into an empty store; documents by collection."""
        ...

    async def empty(self) -> None:
        """Take everything away."""
        ...

    async def close(self) -> None:
        """Let the connections go."""
        ...


@dataclass(frozen=True)
class Lot:
    """How many documents, and a hash over all of them that does not depend on their order."""

    documents: int
    sha256: str


Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Message:
    """One record of a topic as it lies there: bytes, with where it was found."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default=())


class Producer(Protocol):
    """Sends records. Raises Unavailable when the outcome is unknown or the broker away, Rejected when it never will."""

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Return once the record is acknowledged by all in-sync replicas."""
        ...


class Rejected(Exception):
    """The broker says no for good: the record is too large, the topic is unknown, or writing is forbidden."""


OnBatch = Callable[[Sequence[Message]], Awaitable[None]]
"""Gets a batch that may span partitions. When it raises, the batch comes again."""

Settle = Callable[[], Awaitable[None]]
"""Makes all batches so far done with, when it returns. Until then they come again should the reader die.

Called now and then, when nothing more comes, and before partitions are given up; never while a batch is at work.
"""


class Consumer(Protocol):
    """Reads topics as a member of a group, from the very beginning when the group is new."""

    def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None = None) -> None:
        """Declare a reader before the start. Several replicas of a group share the partitions.

        Without `settle` a batch is done with when `on_batch` returns.
        """
        ...

    async def lag(self, group: str) -> int:
        """Records that the group has not yet done with, over all its topics."""
        ...


class Broker(Producer, Consumer, Protocol):
    """The connection to the broker."""

    async def start(self) -> None:
        """Connect and start the readers. Raises Unavailable; may then be called again."""
        ...

    async def stop_reading(self) -> None:
        """Take no more, and let running batches finish. Sending goes on. Bounded in time."""
        ...

    async def stop(self) -> None:
        """Stop reading, let running batches finish, send what is on its way, disconnect. Bounded in time."""
        ...

    async def ping(self) -> None:
        """Return when the broker answers; raises Unavailable."""
        ...

    def healthy(self) -> bool:
        """False when a reader has died or hangs, which only a restart cures."""
        ...

    def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> AsyncIterator[Message]:
        """Every record that lies on the topic now, partition by partition, without joining a group.

        Only those behind the offsets in `after`, for the partitions that it names.
        """
        ...


class Clock(Protocol):
    """The only thing that knows what time it is."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many real seconds."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A gateway that keeps connections: the chassis closes it when the process ends. Others need nothing."""

    async def aclose(self) -> None:
        """Let every connection go. May be called again."""
        ...
