"""Many homes go their way while things go wrong all around; whatever was answered is there, once and in order."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from tests.chaos.live.customers import Customers
from tests.chaos.live.faults import (
    Fault,
    clock_jumped,
    cut,
    disk_full,
    ended,
    every_role_killed,
    frozen,
    rebalanced,
    replayed,
    said_again,
    stuttering,
)
from tests.chaos.live.figures import Figures, dropped_by
from tests.chaos.live.fleet import Fleet, live_fleet
from tests.chaos.live.reconciling import all_asked_again, reconcile
from tests.support.eventually import eventually

SEED = 1
RECOVERED_WITHIN_SECONDS = 120
Named = tuple[str, Fault]

SHORT: Sequence[Sequence[Named]] = (
    (
        ("every role of every service killed", every_role_killed),
        ("connections cut", cut(0.1, 3)),
        ("clock jumps", clock_jumped),
    ),
    (
        ("database killed", ended("database")),
        ("broker killed", ended("broker")),
        ("records repeated", said_again),
    ),
    (
        ("database frozen", frozen("database", 3)),
        ("broker frozen", frozen("broker", 3)),
        ("replicas and rebalances", rebalanced(2, ("portfolio",))),
        ("history replayed", replayed(("portfolio",))),
    ),
)
"""After each group of faults the books are balanced."""
LONG: Sequence[Sequence[Named]] = (
    *((("every role of every service killed", every_role_killed),),) * 4,
    (("connections cut", cut(0.2, 20)),),
    (("clock jumps", clock_jumped),),
    *((("database killed", ended("database")),),) * 3,
    *((("broker killed", ended("broker")),),) * 3,
    (("database frozen", frozen("database", 30)),),
    (("broker frozen", frozen("broker", 30)),),
    (("slow disk under the database", stuttering("database", 20)),),
    (("slow disk under the broker", stuttering("broker", 20)),),
    (("disk full under the database", disk_full("database")),),
    (("disk full under the broker", disk_full("broker")),),
    (("replicas and rebalances (2)", rebalanced(2)),),
    (("replicas and rebalances (3)", rebalanced(3)),),
    (("records repeated", said_again),),
    (("history replayed", replayed()),),
)


@dataclass
class Conductor:
    """Lets faults happen while homes go on, and balances the books in between."""

    fleet: Fleet
    customers: Customers
    figures: Figures

    async def play(self, groups: Sequence[Sequence[Named]]) -> list[str]:
        """Play all of them; what is wrong after the first group that leaves something wrong."""
        began = time.perf_counter()
        await self.customers.begin()
        for group in groups:
            for name, fault in group:
                await asyncio.sleep(self.fleet.chance.uniform(0.2, 1))
                await self._one(name, fault)
            await self.customers.rest()
            await self._dropped()
            if wrong := await reconcile(self.fleet, self.figures):
                return wrong
            self.customers.go_on()
        await self.customers.rest()
        wrong = await reconcile(self.fleet, self.figures) or await all_asked_again(self.fleet)
        self.figures.homes, self.figures.seconds = self.customers.homes, time.perf_counter() - began
        return wrong

    async def _one(self, name: str, fault: Fault) -> None:
        proof = await fault(self.fleet)
        healed = time.perf_counter()
        async with asyncio.timeout(RECOVERED_WITHIN_SECONDS):
            await self._recovered()
        took = time.perf_counter() - healed
        self.figures.faults[name] += 1
        self.figures.proofs.append(f"{name}: {proof}; recovered in {took:.1f} s")
        self.figures.recoveries[name] = max(took, self.figures.recoveries.get(name, 0.0))

    async def _recovered(self) -> None:
        """Every replica is ready, and a new command goes all the way to the topic."""
        await self.fleet.ready()
        before = len(self.fleet.platform.onlooker.messages)
        await self.customers.probe()
        seen = self.fleet.platform.onlooker.messages
        await eventually(lambda: len(seen) > before, "it is on the topic", RECOVERED_WITHIN_SECONDS)

    async def _dropped(self) -> None:
        """Counters begin anew with each process, so this is the least that were dropped."""
        now = sum([await dropped_by(one) for one in self.fleet.those(role="worker")])
        self.figures.duplicates_dropped = max(now, self.figures.duplicates_dropped)


@pytest.fixture
async def conductor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Conductor]:
    async with live_fleet(tmp_path_factory.mktemp("fleet"), SEED) as fleet:
        customers, figures = Customers(fleet), Figures()
        try:
            yield Conductor(fleet, customers, figures)
        finally:
            await customers.end()
            figures.tell()


@pytest.mark.timeout(400)
async def test_nothing_is_lost_doubled_or_reordered_whatever_goes_wrong(conductor: Conductor) -> None:
    assert await conductor.play(SHORT) == []
    assert conductor.figures.duplicates_on_topics


@pytest.mark.long
@pytest.mark.timeout(3_600)
async def test_nothing_is_lost_doubled_or_reordered_in_the_long_form(conductor: Conductor) -> None:
    assert await conductor.play(LONG) == []
    assert conductor.figures.duplicates_on_topics
    assert conductor.figures.duplicates_dropped
