"""What time it is: the only file that asks."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

DEMONSTRATION = "demo"
"""The one deployment that may have a clock that can be set."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)


class FileClock(SystemClock):
    """A clock that may be set: the file holds one moment in ISO 8601. For the demonstration only.

    The moment moves only when somebody writes a new one, so that all processes agree on it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @override
    def now(self) -> datetime:
        """The moment written in the file, in UTC."""
        return datetime.fromisoformat(self._path.read_text().strip()).astimezone(UTC)
