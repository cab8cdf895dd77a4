# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""A client for the platform's public HTTP APIs: every write carries an Idempotency-Key, and is asked again with it.

A lost connection, a service that is away (503) and a race that was lost too often (`too_many_races`) are asked again
until `patience_seconds` are over; every other no is raised as Refused.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import httpx2

from deploy.demo.journey.answers import Answer, Refused, Tally, answer_of
from deploy.demo.journey.who import REGION, TokenOf, Who

V1: Final = "/v1"
AWAY: Final = frozenset({502, 503, 504})
PATIENCE_SECONDS: Final = 60.0
RACES: Final = "too_many_races"
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 2.0
PAGE: Final = 200


class Api:
    """The services' HTTP APIs, by the services' names. Use it as an async context manager."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        token_of: TokenOf,
        *,
        at_once: int = 16,
        patience_seconds: float = PATIENCE_SECONDS,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.addresses = dict(addresses)
        self.tally = Tally()
        self._token_of = token_of
        self._patience = patience_seconds
        self._turn = asyncio.Semaphore(at_once)
        limits = httpx2.Limits(max_connections=4 * at_once, max_keepalive_connections=4 * at_once)
        self._http = httpx2.AsyncClient(timeout=30.0, limits=limits, transport=transport, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(
        self,
        who: Who,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Ask a command: POST. Raises Refused."""
        headers = {"If-Match": if_match} if if_match else {}
        return await self._write("POST", who, service, path, headers, key=key, json=dict(body or {}))

    async def put(
        self, who: Who, service: str, path: str, body: Mapping[str, Any], *, key: str | None = None
    ) -> Answer:
        """Replace what lies there. Raises Refused."""
        return await self._write("PUT", who, service, path, {}, key=key, json=dict(body))

    async def delete(self, who: Who, service: str, path: str, *, key: str | None = None) -> Answer:
        """Take away what lies there. Raises Refused."""
        return await self._write("DELETE", who, service, path, {}, key=key)

    async def upload(
        self, who: Who, service: str, path: str, name: str, content: bytes, *, key: str | None = None
    ) -> Answer:
        """Send a file. Raises Refused."""
        words = {"params": {"name": name}, "content": content}
        return await self._write("POST", who, service, path, {}, key=key, **words)

    async def get(self, who: Who | None, service: str, path: str, **words: Any) -> Answer:
        """Look at a thing, a page of a view, or a query's answer. `who` None asks without a token. Raises Refused."""
        return await self._send("GET", who, service, path, {}, params=_filters(words))

    async def rows(self, who: Who | None, service: str, view: str, **filters: Any) -> list[Mapping[str, Any]]:
        """Every row of a view that the filters leave, through all pages. Raises Refused."""
        return [row async for row in self.each(who, service, view, **filters)]

    async def each(self, who: Who | None, service: str, view: str, **filters: Any) -> AsyncIterator[Mapping[str, Any]]:
        """The rows of a view one by one. Raises Refused."""
        words: dict[str, Any] = {**filters, "limit": PAGE}
        while True:
            answer = await self.get(who, service, view, **words)
            for row in answer.body["items"]:
                yield row
            if not answer.body["next"]:
                return
            words["cursor"] = answer.body["next"]

    async def _write(
        self, method: str, who: Who, service: str, path: str, headers: dict[str, str], *, key: str | None, **more: Any
    ) -> Answer:
        return await self._send(method, who, service, path, {**headers, "Idempotency-Key": key or str(uuid4())}, **more)

    async def _send(
        self, method: str, who: Who | None, service: str, path: str, headers: dict[str, str], **more: Any
    ) -> Answer:
        """Send until there is an answer. Raises Refused, and the last failure when the patience is over."""
        address = f"{self.addresses[service]}{V1}/{path}"
        if who is not None:
            headers = {**headers, "Authorization": f"Bearer {self._token_of(who)}"}
        headers = {**headers, "Sixsteps-Region": who.region if who else REGION}
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self._patience, FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self._once(method, address, headers, more)
            except (httpx2.TransportError, Refused) as failure:
                if not _passes(failure) or loop.time() + pause > deadline:
                    raise
            self.tally.repeats += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _once(self, method: str, address: str, headers: Mapping[str, str], more: Mapping[str, Any]) -> Answer:
        async with self._turn:
            self.tally.requests += 1
            return answer_of(await self._http.request(method, address, headers=dict(headers), **more))


def _passes(failure: Exception) -> bool:
    """Whether the same request may be answered otherwise a little later."""
    return not isinstance(failure, Refused) or failure.status in AWAY or failure.code == RACES


def _filters(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: word for name, word in words.items() if word is not None}
