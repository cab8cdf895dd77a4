"""Those without a token: each address may ask only so often, so that one of them cannot keep all others waiting."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from shared.chassis.http.problems import Problem

PER_WINDOW: Final = 600
WINDOW_SECONDS: Final = 60.0


class Strangers:
    """Counts what each address asked for in the present minute; forgets all of it with the minute.

    It is the last line of one process. What stands in front of it knows real clients better, and should be stricter.
    """

    def __init__(self, per_window: int = PER_WINDOW, now: Callable[[], float] = time.monotonic) -> None:
        self._per_window = per_window
        self._now = now
        self._began = now()
        self._asked: Counter[str] = Counter()

    def admit(self, address: str) -> None:
        """Count one request. Raises Problem 429 when there were too many of this address."""
        left = self._began + WINDOW_SECONDS - self._now()
        if left <= 0:
            self._began, left = self._now(), WINDOW_SECONDS
            self._asked.clear()
        self._asked[address] += 1
        if self._asked[address] > self._per_window:
            headers = {"Retry-After": str(int(left) + 1)}
            raise Problem(429, "too_many_requests", "That was too often. Wait a moment.", headers=headers)
