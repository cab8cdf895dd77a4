"""Notices that it is our bug, not theirs: when too many of the last messages fail, the reader stops."""

from collections import deque

WINDOW = 50
LIMIT = 20


class TooManyParked(Exception):
    """So many streams failed at once that the fault is most likely here. Nothing more is parked; mend and restart."""


class Breaker:
    """Watches the last messages. Once tripped it stays so until the process is started anew."""

    def __init__(self, window: int = WINDOW, limit: int = LIMIT) -> None:
        self._last: deque[str | None] = deque(maxlen=window)
        self._limit = limit
        self.tripped = False

    def note(self, failed: str | None) -> None:
        """Note one message: what failed (its stream, or its place), or None when it was taken."""
        self._last.append(failed)
        self.tripped = self.tripped or len({each for each in self._last if each}) >= self._limit
