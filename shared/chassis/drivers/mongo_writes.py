"""Bulk writes: the port's three kinds of write in MongoDB's words, and what to do when some collide."""

from collections.abc import Sequence
from typing import Any

from pymongo import DeleteOne, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError

from shared.chassis.drivers.mongo_errors import positions
from shared.chassis.ports import Change, Collided, Collision, Put, Remove, Write

_ROUNDS = 10

Request = ReplaceOne[Any] | UpdateOne | DeleteOne


async def carry_out(collection: Any, writes: Sequence[Write]) -> None:
    """Write all of them; those that met another writer are tried again. Raises Collided when that does not help."""
    left, again, failed = list(writes), False, dict[int, Collision]()
    for _ in range(_ROUNDS):
        if not left:
            return
        failed = await _round(collection, [_request(write, again=again) for write in left])
        left, again = [left[position] for position in sorted(failed)], True
    raise Collided("duplicate" if set(failed.values()) == {"duplicate"} else "conflict")


async def _round(collection: Any, requests: list[Request]) -> dict[int, Collision]:
    try:
        await collection.bulk_write(requests, ordered=False)
    except BulkWriteError as error:
        return positions(error.details)
    return {}


def _request(write: Write, *, again: bool) -> Request:
    match write:
        case Put(document, None):
            return ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        case Put(document, guard):
            # a duplicate in the first round says that the document is there: then the guard alone decides
            return ReplaceOne({"_id": document["_id"], **(guard or {})}, document, upsert=not again)
        case Change(id, values):
            return UpdateOne({"_id": id}, {"$set": dict(values)})
        case Remove(id):
            return DeleteOne({"_id": id})
