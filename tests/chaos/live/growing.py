"""Whether a process grows: what it held over a long run, as a slope per hour where there are samples enough.

The first ten minutes are not looked at for the slope: pools and caches (2,000 streams, 4,000 positions a reader) fill.
With too few samples after them nobody can say, and `flat` says None.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WARM_UP_SECONDS = 600.0
FEWEST = 20
"""Samples after the warm-up: eleven minutes of them, at the pace of the soak."""
FLAT_MB_AN_HOUR = 30.0
MAY_GROW = 1.15
MAY_GROW_MB = 15.0
MAY_GROW_HANDLES = 15
SERVERS = ("broker", "database")
"""Not judged: Java takes what it is given, and each fault may make a new one."""


@dataclass(frozen=True)
class Sample:
    """What one process held so many seconds after the beginning."""

    at: float
    megabytes: float
    handles: int


@dataclass(frozen=True)
class Growth:
    """What one process held: memory on average and handles at most, in the first third of its samples and the last.

    `megabytes_an_hour`: the slope after the warm-up, of `judged` samples; None with too few.
    """

    process: str
    samples: int
    megabytes_first: float
    megabytes_last: float
    handles_first: int
    handles_last: int
    judged: int
    megabytes_an_hour: float | None

    @property
    def too_much(self) -> bool:
        """Whether it certainly grows; of a server nobody asks."""
        if self.process.startswith(SERVERS):
            return False
        slope = self.megabytes_an_hour is not None and self.megabytes_an_hour > FLAT_MB_AN_HOUR
        stepped = self.megabytes_last > self.megabytes_first * MAY_GROW + MAY_GROW_MB
        return slope or stepped or self.handles_last > self.handles_first + MAY_GROW_HANDLES


def growth_of(process: str, samples: Sequence[Sample]) -> Growth:
    """From what was seen."""
    third = max(1, len(samples) // 3)
    first, last = samples[:third], samples[-third:]
    warm = [one for one in samples if one.at >= WARM_UP_SECONDS]
    return Growth(
        process,
        len(samples),
        sum(one.megabytes for one in first) / third,
        sum(one.megabytes for one in last) / third,
        max(one.handles for one in first),
        max(one.handles for one in last),
        len(warm),
        _slope(warm) if len(warm) >= FEWEST else None,
    )


def flat(found: Sequence[Growth]) -> bool | None:
    """Whether nothing grows; None: no process was there long enough to say so."""
    if any(one.too_much for one in found):
        return False
    services = [one for one in found if not one.process.startswith(SERVERS)]
    return True if any(one.megabytes_an_hour is not None for one in services) else None


def _slope(samples: Sequence[Sample]) -> float:
    """Megabytes an hour, by least squares."""
    middle = sum(one.at for one in samples) / len(samples)
    mean = sum(one.megabytes for one in samples) / len(samples)
    spread = sum((one.at - middle) ** 2 for one in samples)
    return sum((one.at - middle) * (one.megabytes - mean) for one in samples) / spread * 3600
