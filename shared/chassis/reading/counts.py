"""What the readers have met, counted: the numbers behind metrics and `ops status`."""

from collections import Counter
from collections.abc import Callable
from typing import Literal

What = Literal[
    "taken", "ignored", "repeats", "gaps", "parked", "behind", "retries", "contended", "replayed", "discarded"
]


class Counts:
    """Counters by (reader, what). They only grow, and start at nothing with the process; `told` hears each change."""

    def __init__(self, told: Callable[[str, str, int], None] | None = None) -> None:
        self._counted: Counter[tuple[str, What]] = Counter()
        self._told = told

    def add(self, reader: str, what: What, number: int = 1) -> None:
        """Count so many more."""
        self._counted[(reader, what)] += number
        if self._told is not None:
            self._told(reader, what, number)

    def of(self, reader: str, what: What) -> int:
        """How many so far."""
        return self._counted[(reader, what)]
