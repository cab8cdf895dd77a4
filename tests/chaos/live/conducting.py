"""Lets faults happen while homes go on, and balances the books in between."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.live.customers import Customers
from tests.chaos.live.faults import Fault
from tests.chaos.live.figures import Figures, dropped_by
from tests.chaos.live.fleet import Fleet
from tests.chaos.live.reconciling import all_asked_again, reconcile
from tests.support.eventually import eventually

RECOVERED_WITHIN_SECONDS = 120
Named = tuple[str, Fault]


@dataclass
class Conductor:
    """One platform with its customers, from the first fault to the last balance."""

    fleet: Fleet
    customers: Customers
    figures: Figures
    _began: float = field(default_factory=time.perf_counter)

    async def play(self, groups: Sequence[Sequence[Named]]) -> list[str]:
        """Play all of them; what is wrong after the first group that leaves something wrong."""
        await self.customers.begin()
        for group in groups:
            for name, fault in group:
                await asyncio.sleep(self.fleet.chance.uniform(0.2, 1))
                await self.one(name, fault)
            if wrong := await self.balanced():
                return wrong
        return await self.ended()

    async def balanced(self) -> list[str]:
        """Let everybody rest, balance the books, and let them go on; what is wrong."""
        await self.customers.rest()
        await self._dropped()
        wrong = await reconcile(self.fleet, self.figures)
        self.customers.go_on()
        return wrong

    async def ended(self) -> list[str]:
        """Balance the books for the last time, and ask everything once more; what is wrong."""
        await self.customers.rest()
        wrong = await reconcile(self.fleet, self.figures) or await all_asked_again(self.fleet)
        self.figures.homes, self.figures.seconds = self.customers.homes, time.perf_counter() - self._began
        return wrong

    async def one(self, name: str, fault: Fault) -> None:
        """Let one fault happen, and wait until all is well again."""
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
