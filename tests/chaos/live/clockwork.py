"""A clock for all services at once that runs, and may be set wrong: the file that they read, written ever anew."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from deploy.demo.journey.clock import SettableClock
from shared.chassis.clock import SystemClock

EVERY_SECONDS = 0.1


class Clockwork:
    """Shows the machine's time and what it is off by; `hand` reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.off = timedelta()
        self.jumps = 0
        self.hand = SettableClock(path)
        self._running: asyncio.Task[None] | None = None

    def jump(self, by: timedelta) -> None:
        """Set it forward, or back."""
        self.off += by
        self.jumps += 1
        self._write()

    async def __aenter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._write()
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._running is not None
        self._running.cancel()
        await asyncio.wait({self._running})

    def now(self) -> datetime:
        """What it shows."""
        return SystemClock().now().astimezone(UTC) + self.off

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self._write()

    def _write(self) -> None:
        draft = self.path.with_suffix(".draft")
        draft.write_text(self.now().isoformat())
        draft.replace(self.path)
