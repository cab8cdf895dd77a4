"""The rows of the table: what is measured, and the bars of the design."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.bench.effect import effect
from tests.bench.end_to_end import end_to_end
from tests.bench.ground import Ground
from tests.bench.growth import growth, million
from tests.bench.http import commands
from tests.bench.idle import idle
from tests.bench.memory import memory
from tests.bench.one_stream import one_stream
from tests.bench.profiles import profile
from tests.bench.rebuild import rebuild
from tests.bench.scaling import partitions, workers
from tests.bench.weights import weights

ROWS: Mapping[str, Callable[[Ground], Awaitable[Mapping[str, float | None]]]] = {
    "e2e": end_to_end,
    "http": commands,
    "effect": effect,
    "growth": growth,
    "rebuild": rebuild,
    "idle": idle,
    "profile": profile,
    "weights": weights,
    "partitions": partitions,
    "workers": workers,
    "memory": memory,
    "million": million,
    "stream": one_stream,
}
BY_DEFAULT = ("e2e", "http", "effect", "growth", "rebuild", "idle", "profile", "weights")
"""The bars of the design, and where time and bytes go; the other rows are for planning."""


@dataclass(frozen=True)
class Bar:
    """What a figure has to hold: at least, or at most, so much."""

    words: str
    least: float | None = None
    most: float | None = None

    def held(self, figure: float) -> bool:
        """Whether the figure holds it."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)


BARS: Mapping[str, Bar] = {
    "e2e_ratio_raw": Bar("≥ 0.5 of raw", least=0.5),
    "e2e_ratio_textbook": Bar("≥ 5 times textbook", least=5),
    "http_commands_per_s": Bar("≥ 300/s", least=300),
    "http_p99_ms_at_200": Bar("≤ 150 ms", most=150),
    "effect_p99_ms_at_100": Bar("≤ 250 ms", most=250),
    "growth_ratio_100k": Bar("≤ 1.3 times", most=1.3),
    "rebuild_events_per_s": Bar("≥ 5,000/s", least=5_000),
    "process_rss_mb": Bar("≤ 160 MB (enrolment)", most=160),
    "idle_cpu_percent": Bar("≤ 3 % of a core", most=3),
}
