"""Where messages wait that could not be taken, with their bytes: collection `parked`; given up on: `discarded`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.chassis.ports import Clock, Document, Message, Put, Remove, Store
from shared.chassis.reading.failure import Failure
from shared.chassis.reading.item import Item, item_of
from shared.chassis.reading.patience import Patience

PARKED = "parked"
DISCARDED = "discarded"
MAX_INLINE_BYTES = 4_000_000
"""A document of the database takes 16 MB; a larger message is kept as a file beside it."""


def parked_id(reader: str, item: Item) -> str:
    """The `_id` under which a message waits: its place in its stream, or on the topic when that is unknown."""
    return stream_id(reader, item.stream, item.sequence) if item.stream else f"{reader}|{item.place}"


def stream_id(reader: str, stream: str, sequence: int | None) -> str:
    """The `_id` of one sequence number of a stream."""
    return f"{reader}|{stream}|{sequence:012d}"


@dataclass(frozen=True)
class Parked:
    """A message that waits: its document without bytes, for people, and the item to be read again."""

    id: str
    document: Document
    item: Item

    @property
    def sequence(self) -> int:
        """Its number in its stream."""
        return int(self.document["sequence"])


class Parking:
    """Keeps the parked messages of one reader."""

    def __init__(self, store: Store, reader: str, prefix: str, clock: Clock, patience: Patience) -> None:
        self._store = store
        self._reader = reader
        self._prefix = prefix
        self._clock = clock
        self._patience = patience

    async def keep(self, failed: Sequence[tuple[Item, Failure]], waiting: Sequence[tuple[Item, Failure]]) -> None:
        """Store messages. What waits behind another never replaces the reason that is known already."""
        if waiting:
            documents = [await self._document(item, why) for item, why in waiting]
            await self._patience.insist("database", lambda: self._store.insert_many(PARKED, documents))
        if failed:
            puts = [Put(await self._document(item, why)) for item, why in failed]
            await self._patience.insist("database", lambda: self._store.write(PARKED, puts))

    async def of_stream(self, stream: str, limit: int) -> list[Parked]:
        """The first ones of a stream, in order."""
        where = {"reader": self._reader, "stream": stream}
        found = await self._patience.insist(
            "database", lambda: self._store.find(PARKED, where, order=[("sequence", 1)], limit=limit)
        )
        return [await self._read(document) for document in found]

    async def remove(self, parked: Sequence[Parked]) -> None:
        """Take messages away that need not wait any more."""
        removes = [Remove(each.id) for each in parked]
        if removes:
            await self._patience.insist("database", lambda: self._store.write(PARKED, removes))
        for each in parked:
            if each.document["file"]:
                await self._store.drop_file(each.document["file"])

    async def withdraw(self, items: Sequence[Item]) -> None:
        """Take away what was parked and then taken after all, because the position had moved meanwhile."""
        removes = [Remove(parked_id(self._reader, item)) for item in items]
        if removes:
            await self._patience.insist("database", lambda: self._store.write(PARKED, removes))

    async def _document(self, item: Item, why: Failure) -> Document:
        message, name = item.message, parked_id(self._reader, item)
        large = message.value is not None and len(message.value) > MAX_INLINE_BYTES
        if large:
            content = message.value or b""
            await self._patience.insist("database", lambda: self._store.keep_file(name, content, {}))
        return {
            "_id": name,
            "reader": self._reader,
            "stream": item.stream,
            "sequence": item.sequence,
            "topic": message.topic,
            "partition": message.partition,
            "offset": message.offset,
            "key": message.key,
            "value": None if large else message.value,
            "file": name if large else None,
            "headers": [[header, value] for header, value in message.headers],
            "kind": why.kind,
            "code": why.code,
            "tries": why.tries,
            "at": self._clock.now(),
        }

    async def _read(self, document: Document) -> Parked:
        value = document["value"]
        if document["file"]:
            kept = await self._store.fetch_file(document["file"])
            value = kept[0] if kept else None
        headers = tuple((header, told) for header, told in document["headers"])
        place = (document["topic"], document["partition"], document["offset"])
        message = Message(*place, document["key"], value, headers)
        return Parked(document["_id"], described(document), item_of(message, self._prefix))


def described(document: Document) -> dict[str, Any]:
    """A parked message without its bytes and headers."""
    return {name: told for name, told in document.items() if name not in ("key", "value", "headers")}
