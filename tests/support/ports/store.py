"""The store port with a test in between."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from shared.chassis.ports import Collision, Document, Store, Write
from tests.support.ports.faults import Life, Line, Tape


class PortStore:
    """See `ports.Store`. Every call goes over the tape."""

    def __init__(self, inner: Store, tape: Tape, life: Life) -> None:
        self._inner = inner
        self._line = Line("store", tape, life)

    async def insert(self, collection: str, document: Document) -> None:
        await self._line.through("insert", collection, lambda: self._inner.insert(collection, document))

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> Mapping[int, Collision]:
        return await self._line.through(
            "insert_many", collection, lambda: self._inner.insert_many(collection, documents)
        )

    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        return await self._line.reading("get", collection, lambda: self._inner.get(collection, ids))

    async def find(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Document]:
        return await self._line.reading(
            "find", collection, lambda: self._inner.find(collection, where, order=order, limit=limit)
        )

    async def scan(self, collection: str) -> AsyncIterator[Document]:
        async def everything() -> list[Document]:
            return [document async for document in self._inner.scan(collection)]

        for document in await self._line.reading("scan", collection, everything):
            yield document

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        return await self._line.reading("count", collection, lambda: self._inner.count(collection, where))

    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        return await self._line.through("write", collection, lambda: self._inner.write(collection, writes))

    async def claim(
        self,
        collection: str,
        id: str,  # noqa: A002 - the port's word
        where: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> bool:
        return await self._line.through("claim", collection, lambda: self._inner.claim(collection, id, where, values))

    async def swap(self, collection: str, replacement: str) -> None:
        await self._line.through("swap", collection, lambda: self._inner.swap(collection, replacement))

    async def drop(self, collection: str) -> None:
        await self._line.through("drop", collection, lambda: self._inner.drop(collection))

    async def unique(self, collection: str, fields: Sequence[str]) -> None:
        await self._line.through("unique", collection, lambda: self._inner.unique(collection, fields))

    async def indexed(self, collection: str, fields: Sequence[str]) -> None:
        await self._line.through("indexed", collection, lambda: self._inner.indexed(collection, fields))

    async def keep_file(self, file_id: str, content: bytes, facts: Mapping[str, Any]) -> None:
        await self._line.through("keep_file", "files", lambda: self._inner.keep_file(file_id, content, facts))

    async def fetch_file(self, file_id: str) -> tuple[bytes, Mapping[str, Any]] | None:
        return await self._line.reading("fetch_file", "files", lambda: self._inner.fetch_file(file_id))

    async def drop_file(self, file_id: str) -> None:
        await self._line.through("drop_file", "files", lambda: self._inner.drop_file(file_id))

    async def ping(self) -> None:
        await self._line.reading("ping", "", self._inner.ping)

    async def close(self) -> None:
        await self._line.through("close", "", self._inner.close)
