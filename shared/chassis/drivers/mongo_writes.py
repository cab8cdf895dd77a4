"""Bulk writes: the port's three kinds of write in MongoDB's words, and what to do when some collide."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import DeleteOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError

from shared.chassis.drivers.mongo_errors import positions
from shared.chassis.ports import Change, Collided, Collision, Put, Remove, Write

_ROUNDS = 10

Request = ReplaceOne[Any] | UpdateOne | UpdateMany | DeleteOne


async def carry_out(collection: Any, writes: Sequence[Write]) -> bool:
    """Write all of them; those that met another writer are tried again. Raises Collided when that does not help.

    True when as many documents were reached as there are writes.
    """
    if (same := _one_change(writes)) and await _reached(collection, [same]) == (len(writes), {}):
        return True
    left, again, reached, failed = list(writes), False, 0, dict[int, Collision]()
    for _ in range(_ROUNDS):
        if not left:
            return reached == len(writes)
        number, failed = await _reached(collection, [_request(write, again=again) for write in left])
        reached += number
        left, again = [left[position] for position in sorted(failed)], True
    raise Collided("duplicate" if set(failed.values()) == {"duplicate"} else "conflict")


async def _reached(collection: Any, requests: Sequence[Request]) -> tuple[int, dict[int, Collision]]:
    """How many documents were written or taken away, and which requests collided."""
    try:
        done = (await collection.bulk_write(requests, ordered=False)).bulk_api_result
    except BulkWriteError as error:
        return _number(error.details), positions(error.details)
    return _number(done), {}


def _number(told: Mapping[str, Any]) -> int:
    return int(told["nMatched"]) + int(told["nUpserted"]) + int(told["nRemoved"])


def _one_change(writes: Sequence[Write]) -> UpdateMany | None:
    """One request for all of them when they set the same fields to the same values: what relays do all day."""
    changes = [write for write in writes if isinstance(write, Change)]
    if not changes or len(changes) < len(writes) or any(each.values != changes[0].values for each in changes):
        return None
    return UpdateMany({"_id": {"$in": [each.id for each in changes]}}, {"$set": dict(changes[0].values)})


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
