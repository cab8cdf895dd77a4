"""The public keys of one issuer: read once, kept for a while, read again when a token names a key nobody knows."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from shared.chassis.ports import Unavailable

Fetch = Callable[[], Awaitable[Mapping[str, Any]]]

KEEP_SECONDS: Final = 600.0
COOL_DOWN_SECONDS: Final = 30.0
FETCH_SECONDS: Final = 5.0
_MAX_BYTES: Final = 1_000_000

_log = structlog.get_logger(__name__)


class KeySource:
    """Keys by id. While the source is away the keys already known go on counting; without any it raises Unavailable."""

    def __init__(self, fetch: Fetch, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: dict[str | None, Key] = {}
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._busy = asyncio.Lock()

    async def key(self, key_id: str | None) -> Key | None:
        """The key with this id; a token without an id means the only key there is. None when there is none such."""
        read_by_somebody = self._busy.locked() and self._knows(key_id)  # while the issuer is slow, one waits for all
        if (self._stale() and not read_by_somebody) or not self._knows(key_id):
            await self._read_again(key_id)
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    def _stale(self) -> bool:
        return self._read_at is None or self._monotonic() - self._read_at > KEEP_SECONDS

    def _knows(self, key_id: str | None) -> bool:
        return key_id is None or key_id in self._keys

    async def _read_again(self, key_id: str | None) -> None:
        async with self._busy:
            if not self._stale() and self._knows(key_id):
                return
            if self._tried_at is not None and self._monotonic() - self._tried_at < COOL_DOWN_SECONDS:
                if not self._keys:
                    raise Unavailable("the issuer's keys")
                return
            self._tried_at = self._monotonic()
            await self._read()

    async def _read(self) -> None:
        try:
            found = _usable(await self._fetch())
        except (OSError, ValueError, TypeError, KeyError, JoseError, httpx2.HTTPError) as error:
            _log.warning("signing_keys_not_read", fault=type(error).__name__)
            if not self._keys:
                raise Unavailable("the issuer's keys") from error
            return  # known keys go on counting; the next try is after the cool-down
        self._keys = {key.kid: key for key in found if key.as_dict(private=False).get("use", "sig") == "sig"}
        self._read_at = self._monotonic()


def _usable(told: Mapping[str, Any]) -> list[Key]:
    """The keys that we understand: one of a kind yet to come must not keep all others as they were (RFC 7517, 5).

    Raises ValueError when there are some, and none that we understand.
    """
    entries, found = list(told["keys"]), list[Key]()
    for entry in entries:
        try:
            found += KeySet.import_key_set({"keys": [entry]}).keys
        except (ValueError, TypeError, KeyError, JoseError) as fault:
            _log.warning("signing_key_passed_by", fault=type(fault).__name__)
    if entries and not found:
        raise ValueError("not one of the keys is of a kind that we know")
    return found


def from_file(path: Path) -> Fetch:
    """Reads a JWKS from a file."""

    async def fetch() -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(await asyncio.to_thread(path.read_bytes))
        return found

    return fetch


def from_address(uri: str, transport: httpx2.AsyncBaseTransport | None = None) -> Fetch:
    """Reads a JWKS from an address, without following redirections."""

    async def fetch() -> Mapping[str, Any]:
        async with httpx2.AsyncClient(timeout=FETCH_SECONDS, transport=transport) as client:
            answer = await client.get(uri)
            answer.raise_for_status()
            if len(answer.content) > _MAX_BYTES:
                raise ValueError("a key set is not that large")
            found: Mapping[str, Any] = answer.json()
            return found

    return fetch
