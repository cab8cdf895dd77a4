"""A client that can send anything, well-formed or not, and that lets no bad no pass: row V19 in every request.

`Watched` may be given to any client as its transport.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx2

PROBLEM = "application/problem+json"
POINTER = re.compile("(/.*)?")
FIELD_CODES = frozenset({"invalid_fields", "unusable_text", "number_out_of_range", "moment_out_of_range"})
SECONDS = 30.0


class Noes:
    """Every no that was met: how often each code, and how many named a field."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.pointed = 0

    def note(self, status: int, kind: str, problem: Mapping[str, Any]) -> None:
        """Count one. Raises AssertionError when it does not say what every no has to say."""
        about = f"{status} {problem}"
        assert kind == PROBLEM, about
        assert problem["status"] == status, about
        code = problem["code"]
        assert code.isidentifier(), about
        assert code == code.lower(), about
        assert problem["title"], about
        assert problem["detail"].endswith((".", "?", "!")), about
        if code in FIELD_CODES:
            assert POINTER.fullmatch(problem["pointer"]), about
        self.codes[code] = self.codes.get(code, 0) + 1
        self.pointed += "pointer" in problem


NOES = Noes()
"""Those of this whole run."""


class Watched(httpx2.AsyncHTTPTransport):
    """A transport that looks at every no on its way back."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it on, and look."""
        response = await super().handle_async_request(request)
        if 400 <= response.status_code < 500 and request.method != "HEAD":
            content = await response.aread()
            NOES.note(response.status_code, response.headers["content-type"], json.loads(content))
        return response


class Asker:
    """Sends requests as they are told. Use it as an async context manager."""

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._http = httpx2.AsyncClient(timeout=SECONDS, transport=Watched(), trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx2.Response:
        """One request; `path` from the root. `more` as httpx takes it (`json`, `content`, `params`)."""
        told = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token is not None else {})}
        return await self._http.request(method, f"{self._address(service)}{path}", headers=told, **more)

    async def openapi(self, service: str) -> Mapping[str, Any]:
        """What the service says of itself."""
        found: Mapping[str, Any] = (await self.send("GET", service, "/openapi.json")).json()
        return found
