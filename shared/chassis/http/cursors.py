"""Where a list goes on: opaque to the reader, bound to the very list it came from."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from shared.chassis.http.problems import Problem

_SEAL: Final = 12
MAX_CURSOR: Final = 2_000


def spelled(value: Any, key: str, listed: str) -> str:
    """The cursor after the row with this value and key, in the list that `listed` describes."""
    moment = isinstance(value, datetime)
    content = orjson.dumps([moment, value, key], option=orjson.OPT_UTC_Z)
    return base64.urlsafe_b64encode(_seal(content, listed) + content).decode().rstrip("=")


def read(cursor: str, listed: str) -> tuple[Any, str]:
    """Value and key after which the list goes on. Raises Problem 422 for what no list of this kind has given."""
    try:
        raw = base64.b64decode(cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seal, content = raw[:_SEAL], raw[_SEAL:]
        if seal != _seal(content, listed):
            raise _invalid()
        moment, value, key = orjson.loads(content)
        return (datetime.fromisoformat(value).astimezone(UTC) if moment else value), str(key)
    except (ValueError, TypeError, binascii.Error):
        raise _invalid() from None


def after(order: str, value: Any, key: str) -> Mapping[str, Any]:
    """What a row must match to come after this place; rows without a value come first."""
    field = f"row.{order}"
    same = {field: value, "_id": {"$gt": key}}
    later = {field: {"$ne": None}} if value is None else {field: {"$gt": value}}
    return {"$or": [same, later]}


def _seal(content: bytes, listed: str) -> bytes:
    return hashlib.sha256(listed.encode() + b"\0" + content).digest()[:_SEAL]


def _invalid() -> Problem:
    return Problem(422, "invalid_cursor", "This cursor does not belong to this list. Begin without one.")
