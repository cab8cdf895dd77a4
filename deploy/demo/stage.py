"""The stage of the demonstration: it tells the board, and waits until each moment has had all its effects."""

import asyncio
from contextlib import suppress

from deploy.demo.board import Board
from deploy.demo.journey.waiting import until
from deploy.demo.post import Post
from deploy.demo.pulse import Pulse
from shared.chassis.ports import Unavailable

TOLD_WITHIN_SECONDS = 900.0
WATCH_EVERY_SECONDS = 0.5


class WatchedStage:
    """Plays before a board. `pause_seconds` is left after each thing told, for who looks on."""

    def __init__(self, board: Board, pulse: Pulse, post: Post, pause_seconds: float = 0.0) -> None:
        self._board = board
        self._pulse = pulse
        self._post = post
        self._pause = pause_seconds

    async def tell(self, title: str) -> None:
        """Say what happens now."""
        self._board.tell(title)
        await asyncio.sleep(self._pause)

    async def settled(self) -> None:
        """Return when nobody has anything to do. Raises NeverQuiet."""
        self._board.count(await self._pulse.settled())

    async def told(self, template: str, expected: int) -> None:
        """Return when so many messages of this template are sent. Raises NotInTime."""

        async def sent() -> bool:
            await self._pulse.settled()
            return await self._post.sent(template) >= expected

        await until(sent, f"{expected} messages {template} are sent", TOLD_WITHIN_SECONDS)

    async def watch(self) -> None:
        """Keep the board's counts fresh, until cancelled."""
        while True:
            with suppress(Unavailable):  # the next look will tell
                self._board.count(await self._pulse.events())
            await asyncio.sleep(WATCH_EVERY_SECONDS)
