"""An HTTP client that costs next to nothing, so that what is measured is the other side. One request at a time each."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from shared.chassis.ids import new_id


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: Any


class Line:
    """One connection that is kept open."""

    def __init__(self, address: str, token: str, region: str) -> None:
        where = urlsplit(address)
        self._host, self._port = where.hostname or "", where.port or 80
        self._always = f"Host: {where.netloc}\r\nAuthorization: Bearer {token}\r\nSixsteps-Region: {region}\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: Any, correlation: str | None = None) -> Reply:
        """Ask a command, with a key of its own."""
        content = orjson.dumps(body)
        about = f"Idempotency-Key: {new_id()}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        if correlation is not None:
            about += f"Correlation-Id: {correlation}\r\n"
        return await self._exchange(f"POST {path} HTTP/1.1\r\n{self._always}{about}\r\n".encode() + content)

    async def get(self, path: str) -> Reply:
        """Look at something."""
        return await self._exchange(f"GET {path} HTTP/1.1\r\n{self._always}\r\n".encode())

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()

    async def _exchange(self, sent: bytes) -> Reply:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(sent)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length = next(int(line[15:]) for line in head if line.lower().startswith("content-length:"))
        body = await self._reader.readexactly(length)
        return Reply(int(head[0].split()[1]), orjson.loads(body) if body else None)
