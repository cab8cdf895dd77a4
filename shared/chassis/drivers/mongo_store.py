"""The store port on MongoDB, whichever of the two drivers carries it.

Motor and PyMongo's own asynchronous client are called alike here; `motor_store` and `pymongo_store` differ only in
how they connect. Works on MongoDB and on the embedded server: no transactions, no update pipelines, no partial
indexes.
"""

import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo.errors import BulkWriteError

from shared.chassis.drivers import mongo_archive, mongo_files
from shared.chassis.drivers.mongo_errors import positions, told
from shared.chassis.drivers.mongo_swap import swap
from shared.chassis.drivers.mongo_writes import carry_out
from shared.chassis.ports import Collided, Collision, Document, Lot, Write

PATIENCE_MS = 5000
_IDS_AT_ONCE = 500
_AT_ONCE = 200
"""Documents in one piece of an answer. MongoDB sends 16 MB at most by itself, the embedded server sends everything."""

CLIENT_SETTINGS: Mapping[str, Any] = {
    "w": "majority",
    "journal": True,
    "retryWrites": False,  # a repeat that the driver makes by itself would look like somebody else's document
    "tz_aware": True,
    "serverSelectionTimeoutMS": PATIENCE_MS,
    "connectTimeoutMS": PATIENCE_MS,
    "socketTimeoutMS": PATIENCE_MS,
    "waitQueueTimeoutMS": PATIENCE_MS,
    "wTimeoutMS": PATIENCE_MS,
}


class MongoStore:
    """See `ports.Store`. A database that does not answer within five seconds is Unavailable."""

    def __init__(self, client: Any, database: str) -> None:
        self._client = client
        self._database = client[database]

    async def insert(self, collection: str, document: Document) -> None:
        """Store a new document. Raises Collided, Unavailable."""
        async with told():
            await self._database[collection].insert_one(document)

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> Mapping[int, Collision]:
        """Store new documents; the positions that were not stored. Raises Unavailable."""
        if not documents:
            return {}
        async with told():
            try:
                await self._database[collection].insert_many(list(documents), ordered=False)
            except BulkWriteError as error:
                return positions(error.details)
        return {}

    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        """The documents with these ids. Raises Unavailable."""
        found: dict[str, Document] = {}
        async with told():
            for start in range(0, len(ids), _IDS_AT_ONCE):
                cursor = self._database[collection].find({"_id": _one_or_in(ids[start : start + _IDS_AT_ONCE])})
                found.update({document["_id"]: document for document in await cursor.to_list(None)})
        return found

    async def find(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Document]:
        """The documents that match. Raises Unavailable."""
        async with told():
            cursor = self._database[collection].find(
                dict(where), sort=list(order) or None, limit=limit, batch_size=_AT_ONCE
            )
            found: list[Document] = await cursor.to_list(None)
        return found

    async def scan(self, collection: str) -> AsyncIterator[Document]:
        """Every document, one by one, by id. Raises Unavailable.

        Page by page: a server that sorts, or keeps for a cursor, all there is would be busy with nothing else.
        """
        last = ""
        while page := await self.find(collection, {"_id": {"$gt": last}}, order=[("_id", 1)], limit=_AT_ONCE):
            for document in page:
                yield document
            last = page[-1]["_id"]

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """How many match. Raises Unavailable."""
        async with told():
            # The command, not a pipeline: the embedded server looks into its indexes for the one and not for the other.
            answer = await self._database.command("count", collection, query=dict(where))
        return int(answer["n"])

    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        """Carry out the writes. Raises Unavailable, and Collided when something unique other than the id is taken."""
        async with told():
            return await carry_out(self._database[collection], writes)

    async def claim(
        self,
        collection: str,
        id: str,  # noqa: A002 - the port's word
        where: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> bool:
        """Set the values if the document still matches. Raises Unavailable."""
        try:
            async with told():
                outcome = await self._database[collection].update_one({"_id": id, **where}, {"$set": dict(values)})
        except Collided:
            return False  # another racer was at it in this very moment, and nothing was set
        return bool(outcome.matched_count)

    async def swap(self, collection: str, replacement: str) -> None:
        """Document by document, see `mongo_swap`. Raises Collided, Unavailable."""
        async with told():
            await swap(self._database, collection, replacement)

    async def drop(self, collection: str) -> None:
        """Take a collection away. Raises Unavailable."""
        async with told():
            await self._database[collection].drop()

    async def unique(self, collection: str, fields: Sequence[str]) -> None:
        """Make these fields together unique. Raises Collided when they are not now, Unavailable."""
        async with told():
            await self._database[collection].create_index([(field, 1) for field in fields], unique=True)

    async def indexed(self, collection: str, fields: Sequence[str]) -> None:
        """Make looking for these fields fast, where the server can. Raises Unavailable."""
        async with told():
            await self._database[collection].create_index([(field, 1) for field in fields])

    async def keep_file(self, file_id: str, content: bytes, facts: Mapping[str, Any]) -> None:
        """Keep a file; again changes nothing. Raises Unavailable."""
        async with told():
            await mongo_files.keep(self._database, file_id, content, facts)

    async def fetch_file(self, file_id: str) -> tuple[bytes, Mapping[str, Any]] | None:
        """A file's content and facts, or None. Raises Unavailable."""
        async with told():
            return await mongo_files.fetch(self._database, file_id)

    async def drop_file(self, file_id: str) -> None:
        """Take a file away. Raises Unavailable."""
        async with told():
            await mongo_files.drop(self._database, file_id)

    async def ping(self) -> None:
        """Return when the database answers. Raises Unavailable."""
        async with told():
            await self._database.command("ping")

    async def save(self, folder: Path, first: Sequence[str] = ()) -> Mapping[str, Lot]:
        """All of it as files, see `mongo_archive`. Raises Unavailable, OSError."""
        return await mongo_archive.save(self._database, folder, first)

    async def digest(self) -> Mapping[str, Lot]:
        """By collection, how much lies there and its hash. Raises Unavailable."""
        return await mongo_archive.digest(self._database)

    async def load(self, folder: Path) -> Mapping[str, int]:
        """What was saved, into an empty database. Raises Unavailable, OSError."""
        return await mongo_archive.load(self._database, folder)

    async def empty(self) -> None:
        """Take everything away. Raises Unavailable."""
        await mongo_archive.empty(self._database)

    async def close(self) -> None:
        """Let the connections go."""
        closing = self._client.close()
        if inspect.isawaitable(closing):  # Motor closes at once, PyMongo wants to be awaited
            await closing


def _one_or_in(ids: Sequence[str]) -> Any:
    return ids[0] if len(ids) == 1 else {"$in": list(ids)}
