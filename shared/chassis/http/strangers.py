"""Those without a token: each address may ask only so often, so that one of them cannot keep all others waiting."""

import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from shared.chassis.http.problems import Problem

PER_WINDOW: Final = 600
WINDOW_SECONDS: Final = 60.0
MOST_ADDRESSES: Final = 10_000
_ALL_OTHERS: Final = "all others"
_ONE_HOUSEHOLD: Final = 64


class Strangers:
    """Counts what each address asked for in the present minute; forgets all of it with the minute.

    It is the last line of one process. What stands in front of it knows real clients better, and should be stricter.
    Of very many addresses the later ones are counted together: so many at once are nobody's visitors.
    """

    def __init__(
        self, per_window: int = PER_WINDOW, now: Callable[[], float] = time.monotonic, most: int = MOST_ADDRESSES
    ) -> None:
        self._per_window = per_window
        self._now = now
        self._most = most
        self._began = now()
        self._asked: Counter[str] = Counter()

    @property
    def known(self) -> int:
        """How many are counted apart at present."""
        return len(self._asked)

    def admit(self, address: str) -> None:
        """Count one request. Raises Problem 429 when there were too many of this address."""
        left = self._began + WINDOW_SECONDS - self._now()
        if left <= 0:
            self._began, left = self._now(), WINDOW_SECONDS
            self._asked.clear()
        whose = _household(address)
        if whose not in self._asked and len(self._asked) >= self._most:
            whose = _ALL_OTHERS
        self._asked[whose] += 1
        if self._asked[whose] > self._per_window:
            headers = {"Retry-After": str(int(left) + 1)}
            raise Problem(429, "too_many_requests", "That was too often. Wait a moment.", headers=headers)


def _household(address: str) -> str:
    """Of an IPv6 address the network: whoever has one has 2^64 of them. What is no address counts as all others."""
    try:
        found = ip_address(address)
    except ValueError:
        return _ALL_OTHERS
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((found, _ONE_HOUSEHOLD), strict=False))
    return str(found)
