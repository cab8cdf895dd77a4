"""Something kept before the commit that refers to it: held meanwhile, and let go when no commit ever does.

A record is { _id, stream, region, cause, at, holder, gone, referred, … }. Two attempts at the same request hold the
same record; only the last of them may let it go, and once it is on its way out nobody may count on it.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from shared.chassis.commits import JOURNAL
from shared.chassis.ids import new_id
from shared.chassis.ports import Change, Collided, Document, Remove, Store, Unavailable

ORPHANED_AFTER: Final = timedelta(days=1)
SUSPECTED_FOR: Final = timedelta(minutes=30)
_AT_ONCE: Final = 200


class Holds:
    """The records of one collection."""

    def __init__(self, store: Store, collection: str) -> None:
        self._store = store
        self._collection = collection

    async def hold(self, record: Document, now: datetime) -> str:
        """Keep the record, or what is kept under its `_id` already; return the holder's mark. Raises Unavailable."""
        holder = new_id()
        claimed = {"at": now, "holder": holder, "suspected": None}
        try:
            await self._store.insert(self._collection, {**record, **claimed, "gone": False})
        except Collided as collided:
            if not await self._store.claim(self._collection, record["_id"], {"gone": False}, claimed):
                raise Unavailable(f"{self._collection}: on its way out") from collided
        return holder

    async def let_go(self, record_id: str, holder: str) -> bool:
        """Mark the record as on its way out, unless somebody else holds it by now; True when it was."""
        return await self._store.claim(self._collection, record_id, {"holder": holder, "gone": False}, {"gone": True})

    async def forget(self, record_id: str) -> None:
        """Take away a record that is on its way out."""
        await self._store.write(self._collection, [Remove(record_id)])

    async def orphans(self, now: datetime) -> AsyncIterator[str]:
        """Ids of the records to which no commit refers, older than a day; each is let go before it is told.

        Once to find it so is not enough: when the clock jumps over a day, the commit of a moment ago is still to come.
        """
        after = ""
        while True:
            where = {"at": {"$lt": now - ORPHANED_AFTER}, "_id": {"$gt": after}, "referred": {"$ne": True}}
            found = await self._store.find(self._collection, where, order=[("_id", 1)], limit=_AT_ONCE)
            for record in found:
                if await self._orphaned(record, now):
                    yield record["_id"]
            if len(found) < _AT_ONCE:
                return
            after = found[-1]["_id"]

    async def _orphaned(self, record: Document, now: datetime) -> bool:
        if record["gone"]:
            return True
        if await self.referred(record["stream"], record["cause"], record["_id"]):
            # For ever, so it is never asked about again: there is one for every text of all the years.
            await self._store.write(self._collection, [Change(record["_id"], {"referred": True})])
            return False
        suspected = record.get("suspected")
        if suspected is None:
            unchanged = {"holder": record["holder"], "gone": False}
            await self._store.claim(self._collection, record["_id"], unchanged, {"suspected": now})
        if suspected is None or now - suspected < SUSPECTED_FOR:
            return False
        return await self.let_go(record["_id"], record["holder"])

    async def referred(self, stream: str, cause: str, record_id: str) -> bool:
        """Whether the commit of this cause refers to the record."""
        commits = await self._store.find(JOURNAL, {"stream": stream, "cause": cause}, limit=1)
        return any(mentions(commit, record_id) for commit in commits)


def mentions(commit: Mapping[str, Any], record_id: str) -> bool:
    """Whether one of the commit's events says this id anywhere."""
    return f'"{record_id}"'.encode() in orjson.dumps(commit["events"])
