"""Retrying in place: what is away now comes back, and until then the reader waits and says on what."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from shared.chassis.ports import Clock, Unavailable
from shared.chassis.reading.counts import Counts

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def pause_after(tries: int) -> float:
    """Seconds to wait after so many tries: doubling up to the longest pause."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(tries - 1, 10))


class Patience:
    """Repeats a call for ever while the other side is away. Only Unavailable is retried; all else is raised."""

    def __init__(self, clock: Clock, reader: str, counts: Counts) -> None:
        self._clock = clock
        self._reader = reader
        self.counts = counts
        self._stuck: Counter[str] = Counter()

    @property
    def stuck_on(self) -> tuple[str, ...]:
        """What is being waited for now; empty when all is well."""
        return tuple(sorted(what for what, waiting in self._stuck.items() if waiting > 0))

    async def insist(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """The result of the call, however long it takes. Raises whatever it raises but Unavailable."""
        tries = 0
        try:
            while True:
                try:
                    return await call()
                except Unavailable:
                    tries += 1
                    self._note(what, tries)
                    await self._clock.sleep(pause_after(tries))
        finally:
            self._stuck[what] -= 1 if tries else 0

    async def pause(self, tries: int) -> None:
        """Wait before the next try of something that failed for a reason nobody knows."""
        self.counts.add(self._reader, "retries")
        await self._clock.sleep(pause_after(tries))

    def _note(self, what: str, tries: int) -> None:
        self.counts.add(self._reader, "retries")
        if tries == 1:
            self._stuck[what] += 1
            _log.warning("reader_waits", reader=self._reader, waits_for=what)
