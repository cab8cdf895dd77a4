"""The store port in memory. Documents go in and out as BSON, so that they come back as MongoDB would give them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions

from shared.chassis.drivers.memory_matching import field, matches
from shared.chassis.ports import Change, Collided, Collision, Document, Put, Remove, Write

_AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
_BY_ID: Final = (("_id", 1),)


class MemoryStore:
    """See `ports.Store`. Never Unavailable. Each call is one step: nothing else runs in between."""

    def __init__(self) -> None:
        self._collections: dict[str, dict[str, Document]] = {}
        self._unique: dict[str, set[tuple[str, ...]]] = {}
        self._files: dict[str, tuple[bytes, Document]] = {}

    async def insert(self, collection: str, document: Document) -> None:
        """Store a new document. Raises Collided."""
        kept = _copy(document)
        if kept["_id"] in self._in(collection) or self._taken(collection, kept):
            raise Collided("duplicate")
        self._in(collection)[kept["_id"]] = kept

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> Mapping[int, Collision]:
        """Store new documents; the positions that were not stored."""
        failed: dict[int, Collision] = {}
        for position, document in enumerate(documents):
            try:
                await self.insert(collection, document)
            except Collided as collided:
                failed[position] = collided.collision
        return failed

    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        """The documents with these ids."""
        held = self._in(collection)
        return {one: _copy(held[one]) for one in ids if one in held}

    async def find(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Document]:
        """The documents that match."""
        found = list(self._matching(collection, where))
        for name, direction in reversed(order):
            found.sort(key=lambda document: _rank(field(document, name)), reverse=direction < 0)
        return [_copy(document) for document in found[: limit or None]]

    async def scan(self, collection: str) -> AsyncIterator[Document]:
        """Every document, one by one, by id."""
        for document in await self.find(collection, {}, order=_BY_ID):
            yield document

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """How many match."""
        return sum(1 for _ in self._matching(collection, where))

    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        """Carry out the writes. Raises Collided when something unique other than the id is taken."""
        effects = [self._written(collection, write) for write in writes]
        return all(effects)

    def _written(self, collection: str, write: Write) -> bool:
        match write:
            case Put(document, guard):
                return self._put(collection, _copy(document), guard)
            case Change(id, values):
                return self._change(collection, id, values)
            case Remove(id):
                return self._in(collection).pop(id, None) is not None

    async def claim(
        self,
        collection: str,
        id: str,  # noqa: A002 - the port's word
        where: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> bool:
        """Set the values if the document still matches."""
        held = self._in(collection).get(id)
        if held is None or not matches(held, where):
            return False
        self._change(collection, id, values)
        return True

    async def swap(self, collection: str, replacement: str) -> None:
        """Let the replacement take its place, what is unique included."""
        self._collections[collection] = self._collections.pop(replacement, {})
        self._unique[collection] = self._unique.pop(replacement, set())

    async def drop(self, collection: str) -> None:
        """Take a collection away."""
        self._collections.pop(collection, None)
        self._unique.pop(collection, None)

    async def unique(self, collection: str, fields: Sequence[str]) -> None:
        """Make these fields together unique. Raises Collided when they are not now."""
        values = [_values(document, fields) for document in self._in(collection).values()]
        if any(values.count(one) > 1 for one in values):
            raise Collided("duplicate")
        self._unique.setdefault(collection, set()).add(tuple(fields))

    async def indexed(self, collection: str, fields: Sequence[str]) -> None:
        """Memory is fast enough."""

    async def keep_file(self, file_id: str, content: bytes, facts: Mapping[str, Any]) -> None:
        """Keep a file; again changes nothing."""
        self._files.setdefault(file_id, (bytes(content), _copy(dict(facts))))

    async def fetch_file(self, file_id: str) -> tuple[bytes, Mapping[str, Any]] | None:
        """A file's content and facts, or None."""
        return self._files.get(file_id)

    async def drop_file(self, file_id: str) -> None:
        """Take a file away."""
        self._files.pop(file_id, None)

    async def ping(self) -> None:
        """It is always there."""

    async def close(self) -> None:
        """There is nothing to let go."""

    def _in(self, collection: str) -> dict[str, Document]:
        return self._collections.setdefault(collection, {})

    def _matching(self, collection: str, where: Mapping[str, Any]) -> Iterable[Document]:
        return (document for document in self._in(collection).values() if matches(document, where))

    def _put(self, collection: str, document: Document, guard: Mapping[str, Any] | None) -> bool:
        held = self._in(collection).get(document["_id"])
        if held is not None and guard is not None and not matches(held, guard):
            return False
        if self._taken(collection, document):
            raise Collided("duplicate")
        self._in(collection)[document["_id"]] = document
        return True

    def _change(self, collection: str, document_id: str, values: Mapping[str, Any]) -> bool:
        held = self._in(collection).get(document_id)
        if held is None:
            return False
        changed = _copy(held)
        for path, value in _copy(dict(values)).items():
            _set(changed, path.split("."), value)
        if self._taken(collection, changed):
            raise Collided("duplicate")
        self._in(collection)[document_id] = changed
        return True

    def _taken(self, collection: str, document: Document) -> bool:
        others = [held for one, held in self._in(collection).items() if one != document["_id"]]
        return any(
            _values(held, fields) == _values(document, fields)
            for fields in self._unique.get(collection, ())
            for held in others
        )


def _copy(document: Document) -> Document:
    return bson.decode(bson.encode(document), _AWARE)


def _values(document: Document, fields: Sequence[str]) -> list[Any]:
    return [field(document, name) for name in fields]


def _rank(value: Any) -> tuple[int, Any]:
    """None sorts before everything, as in MongoDB."""
    return (0, 0) if value is None else (1, value)


def _set(document: Document, path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        document = document.setdefault(part, {})
    document[path[-1]] = value
