"""Where a list goes on: sealed, so that a cursor tells its reader nothing and nobody makes one up.

A cursor holds a value of the last row that was looked at, and that row may be one which this reader may not see.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from shared.chassis.cards.sealing import BrokenSeal, KeyRing, UnknownKey
from shared.chassis.http.problems import Problem

MAX_CURSOR: Final = 2_000


class Cursors:
    """The cursors of one deployment: whoever has its keys goes on where another process stopped."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def spelled(self, value: Any, key: str, listed: str) -> str:
        """The cursor after the row with this value and key, in the list that `listed` describes."""
        content = orjson.dumps([isinstance(value, datetime), value, key], option=orjson.OPT_UTC_Z)
        return base64.urlsafe_b64encode(self._keys.seal(content, _about(listed))).decode().rstrip("=")

    def read(self, cursor: str, listed: str) -> tuple[Any, str]:
        """Value and key after which the list goes on. Raises Problem 422 for what no list of this kind has given."""
        try:
            sealed = base64.b64decode(cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            moment, value, key = orjson.loads(self._keys.unseal(sealed, _about(listed)))
        except (ValueError, binascii.Error, BrokenSeal, UnknownKey):
            raise _invalid() from None
        return (datetime.fromisoformat(value).astimezone(UTC) if moment else value), key


def after(order: str, value: Any, key: str) -> Mapping[str, Any]:
    """What a row must match to come after this place; rows without a value come first."""
    field = f"row.{order}"
    same = {field: value, "_id": {"$gt": key}}
    later = {field: {"$ne": None}} if value is None else {field: {"$gt": value}}
    return {"$or": [same, later]}


def _about(listed: str) -> str:
    """What the seal is bound to: no cursor opens a card, or another list."""
    return f"cursor\x1f{listed}"


def _invalid() -> Problem:
    return Problem(422, "invalid_cursor", "This cursor does not belong to this list. Begin without one.")
