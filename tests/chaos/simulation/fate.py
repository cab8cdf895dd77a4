"""What a seed decides: how long each call takes, and which of them go wrong.

Everything random in a simulation comes from here, so the same seed is the same run.
"""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

from typing_extensions import override

from shared.chassis.ports import Collided, Rejected, Unavailable
from tests.support.ports.faults import ALL, DEADLY, Call, Fault, Kind, Tape

MOST_DEATHS = 16
RATES = (0.0, 0.01, 0.03, 0.08)
"""The share of calls that go wrong: many small worlds are calm, some are terrible."""
QUICK_SECONDS = 0.02
LATE_SECONDS = 8.0
PAUSE_SECONDS = 20.0
PAUSES = 0.004
"""The share of calls before which the caller stands still, as a frozen process does, and then goes on regardless."""
MAY_LAND_LATE = {"store": ("insert", "insert_many", "write"), "producer": ("send",)}
NOBODY = contextvars.Context()


class Fate(Tape):
    """`happened` is what has gone wrong so far, in order; `away` are the ports that nobody reaches now."""

    def __init__(self, seed: int) -> None:
        super().__init__(hang_seconds=5.0)
        self.chance = Random(seed)
        self.rate = self.chance.choice(RATES)
        self.happened: list[Fault] = []
        self.counted: Counter[str] = Counter()
        self.away: set[str] = set()
        self._calls: Counter[tuple[str, str, str]] = Counter()

    @override
    def note(self, port: str, method: str, target: str, kinds: tuple[Kind, ...]) -> Kind | None:
        if not self.running:
            return None
        place = (port, method, target)
        self._calls[place] += 1
        if port in self.away and "unavailable" in kinds:
            return "unavailable"
        if self.chance.random() >= self.rate:
            return None
        kind = self._kind(port, method, kinds)
        if kind is not None:
            self.happened.append(Fault(Call(*place, self._calls[place] - 1), kind))
            self.counted[kind] += 1
        return kind

    def _kind(self, port: str, method: str, kinds: tuple[Kind, ...]) -> Kind | None:
        kind = self.chance.choice(kinds)
        if kind in DEADLY and sum(self.counted[deadly] for deadly in DEADLY) >= MOST_DEATHS:
            return None
        if kind == "reply lost" and method in MAY_LAND_LATE.get(port, ()) and self.chance.random() < 1 / 2:
            return "lands late"
        return kind

    @override
    async def pace(self) -> None:
        if not self.running:
            return
        paused = self.chance.random() < PAUSES and self.rate > 0
        self.counted["paused"] += paused
        await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS if paused else QUICK_SECONDS))

    @override
    def later(self, work: Callable[[], Awaitable[Any]]) -> None:
        task = NOBODY.copy().run(asyncio.ensure_future, self._land(work))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _land(self, work: Callable[[], Awaitable[Any]]) -> None:
        await asyncio.sleep(self.chance.uniform(0, LATE_SECONDS))
        with suppress(Collided, Rejected, Unavailable):
            await work()

    @property
    def under_way(self) -> bool:
        """Whether something has yet to land."""
        return bool(self._late)


KINDS = (*ALL, "lands late", "paused")
