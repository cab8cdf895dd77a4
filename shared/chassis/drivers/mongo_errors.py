"""What MongoDB's errors mean for us. Only codes and classes are read: servers word the rest differently."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from shared.chassis.ports import Collided, Collision, Unavailable

DUPLICATE = 11000
CONFLICT = 112
_PASSING = frozenset(
    {6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}
)  # host unreachable or not found, time limits, shutting down, not primary (any more), interrupted


def translated(error: PyMongoError) -> Exception:
    """The port's word for it: Collided, Unavailable, or the error itself when it is a fault of ours."""
    if isinstance(error, ConnectionFailure | WaitQueueTimeoutError | ExecutionTimeout | WriteConcernError):
        return Unavailable(f"MongoDB: {type(error).__name__}")
    if isinstance(error, OperationFailure):
        collision = collided(error.code)
        if collision is not None:
            return Collided(collision)
        if _passes(error.code) or (error.details or {}).get("writeConcernErrors"):
            return Unavailable(f"MongoDB: code {error.code}")
    return error


def _passes(code: int | None) -> bool:
    """MongoDB gives every fault of ours a code; the embedded server fails without one when two calls meet badly."""
    return code is None or code in _PASSING


def collided(code: int | None) -> Collision | None:
    """Which collision this code means, if any."""
    if code == DUPLICATE:
        return "duplicate"
    return "conflict" if code == CONFLICT else None


def positions(details: Mapping[str, Any]) -> dict[int, Collision]:
    """Which writes of a bulk collided.

    Raises Unavailable when the rest is not known to be safe, OperationFailure with its code for any other failure.
    """
    if details.get("writeConcernErrors"):
        raise Unavailable("MongoDB: written, but not known to be safe")
    found: dict[int, Collision] = {}
    for failed in details.get("writeErrors", ()):
        collision = collided(failed.get("code"))
        if collision is None:
            raise _of(failed)
        found[failed["index"]] = collision
    return found


def _of(failed: Mapping[str, Any]) -> Exception:
    code = failed.get("code")
    if _passes(code):
        return Unavailable(f"MongoDB: code {code}")
    return OperationFailure("a write of a bulk failed", code)


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Tell the driver's errors in the port's words."""
    try:
        yield
    except PyMongoError as error:
        passed_on = translated(error)
        if passed_on is error:
            raise
        raise passed_on from error
