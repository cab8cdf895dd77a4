"""What a seed decides: how long each call takes, and which of them go wrong.

Everything random in a simulation comes from here, so the same seed is the same run.
"""

import asyncio
import contextvars
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

from typing_extensions import override

from shared.chassis.ports import Collided, Rejected, Unavailable
from tests.support.ports.faults import AFTERWARDS, ALL, DEADLY, Call, Fault, Kind, Tape

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
    """`happened` is what has gone wrong so far, in order; `away` are the ports that nobody reaches now.

    `turned_away` is how many calls met one of those. Nothing is counted before it has happened.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(hang_seconds=5.0)
        self.chance = Random(seed)
        self.rate = self.chance.choice(RATES)
        self.happened: list[Fault] = []
        self.counted: Counter[str] = Counter()
        self.away: set[str] = set()
        self.turned_away = 0
        self._deaths = 0
        self._due: defaultdict[tuple[str, str, str, Kind], deque[Fault]] = defaultdict(deque)
        self._calls: Counter[tuple[str, str, str]] = Counter()

    @override
    def note(self, port: str, method: str, target: str, kinds: tuple[Kind, ...]) -> Kind | None:
        if not self.running:
            return None
        place = (port, method, target)
        self._calls[place] += 1
        if port in self.away and "unavailable" in kinds:
            self.turned_away += 1
            return "unavailable"
        if self.chance.random() >= self.rate:
            return None
        kind = self._kind(port, method, kinds)
        if kind is not None:
            fault = Fault(Call(*place, self._calls[place] - 1), kind)
            if kind in AFTERWARDS:
                self._due[(*place, kind)].append(fault)
            else:
                self._struck(fault)
        return kind

    @override
    def confirm(self, port: str, method: str, target: str, kind: Kind) -> None:
        self._struck(self._due[port, method, target, kind].popleft())

    def _struck(self, fault: Fault) -> None:
        self.happened.append(fault)
        self.counted[fault.kind] += 1

    def _kind(self, port: str, method: str, kinds: tuple[Kind, ...]) -> Kind | None:
        kind = self.chance.choice(kinds)
        if kind in DEADLY:
            if self._deaths >= MOST_DEATHS:
                return None
            self._deaths += 1
        if kind == "reply lost" and method in MAY_LAND_LATE.get(port, ()) and self.chance.random() < 1 / 2:
            return "lands late"
        return kind

    @override
    async def pace(self) -> None:
        if not self.running:
            return
        paused = self.chance.random() < PAUSES and self.rate > 0
        await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS if paused else QUICK_SECONDS))
        self.counted["paused"] += paused

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
