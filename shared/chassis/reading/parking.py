"""Where messages wait that could not be taken, with their bytes: collection `parked`; given up on: `discarded`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.chassis.ports import Clock, Document, Message, Put, Remove, Store
from shared.chassis.reading.failure import Failure
from shared.chassis.reading.item import Item, item_of
from shared.chassis.reading.patience import Patience
from shared.chassis.wire import header

PARKED = "parked"
DISCARDED = "discarded"
MAX_INLINE_BYTES = 4_000_000
"""A document of the database takes 16 MB; a larger message is kept as a file beside it."""
_AT_ONCE = 100


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

    async def all(self) -> AsyncIterator[list[Document]]:
        """Everything of this reader, page by page. Raises Unavailable."""
        last = ""
        while page := await self._page(last):
            yield page
            last = page[-1]["_id"]

    async def remove(self, documents: Sequence[Document]) -> None:
        """Take messages away that need not wait any more: bytes beside the row first, or a crash would forget them.

        What was given up keeps its bytes: they are all that is left of it.
        """
        files = [each["_id"] for each in documents if each["file"]]
        given_up = await self._patience.insist("database", partial(self._store.get, DISCARDED, files)) if files else {}
        for name in files:
            if name not in given_up:
                await self._patience.insist("database", partial(self._store.drop_file, name))
        removes = [Remove(each["_id"]) for each in documents]
        if removes:
            await self._patience.insist("database", partial(self._store.write, PARKED, removes))

    async def withdraw(self, items: Sequence[Item]) -> None:
        """Take away what was parked and then taken after all, because the position had moved meanwhile."""
        names = [(parked_id(self._reader, item), item) for item in items]
        await self.remove([{"_id": name, "file": name if _is_large(item.message) else None} for name, item in names])

    async def _page(self, after: str) -> list[Document]:
        where = {"reader": self._reader, "_id": {"$gt": after}}
        return await self._store.find(PARKED, where, order=[("_id", 1)], limit=_AT_ONCE)

    async def _document(self, item: Item, why: Failure) -> Document:
        message, name = item.message, parked_id(self._reader, item)
        large = _is_large(message)
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
            "headers": [[label, value] for label, value in message.headers],
            "correlation": header(message, "correlationid"),
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
        headers = tuple((label, told) for label, told in document["headers"])
        place = (document["topic"], document["partition"], document["offset"])
        message = Message(*place, document["key"], value, headers)
        return Parked(document["_id"], described(document), item_of(message, self._prefix))


def _is_large(message: Message) -> bool:
    return message.value is not None and len(message.value) > MAX_INLINE_BYTES


def described(document: Document) -> dict[str, Any]:
    """A parked message without its bytes and headers."""
    return {name: told for name, told in document.items() if name not in ("key", "value", "headers")}
