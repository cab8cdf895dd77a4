"""A proxy between two who talk over TCP: it shares connections out, and cuts some in the middle of a word."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from random import Random
from typing import Literal, Self

HOST = "127.0.0.1"
CHUNK = 65_536
Cut = Literal["in mid-request", "in mid-reply"]
CUTS: tuple[Cut, Cut] = ("in mid-request", "in mid-reply")


class CuttingProxy:
    """Listens on a port of its own; each connection goes to the next of the `targets` that answers.

    `share` of the words (what is read at once) that pass are cut: one half goes on, then both sides are hung up on.
    """

    def __init__(self, targets: Callable[[], Sequence[int]], chance: Random) -> None:
        self.share = 0.0
        self.cuts: Counter[Cut] = Counter()
        self.port = 0
        self._targets = targets
        self._chance = chance
        self._turns = count()
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connected(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await self._reached()
            if there is not None:
                await self._talk(reader, writer, *there)
        finally:
            writer.transport.abort()

    async def _reached(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The next one that answers, or None."""
        targets = self._targets()
        for _ in targets:
            with suppress(OSError):
                return await asyncio.open_connection(HOST, targets[next(self._turns) % len(targets)])
        return None

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.ensure_future(self._pump(reader, far_writer, "in mid-request")),
            asyncio.ensure_future(self._pump(far_reader, writer, "in mid-reply")),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await _ended(asyncio.wait(ways))
            far_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, what: Cut) -> None:
        with suppress(OSError):
            while word := await reader.read(CHUNK):
                if self.share and self._chance.random() < self.share:
                    writer.write(word[: len(word) // 2])
                    await writer.drain()
                    self.cuts[what] += 1
                    return
                writer.write(word)
                await writer.drain()


async def _ended(work: Awaitable[object]) -> None:
    with suppress(asyncio.CancelledError):
        await work
