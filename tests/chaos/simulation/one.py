"""One seed: a world from its beginning until it has healed and been held to its promises."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

from structlog.testing import capture_logs

from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.ports import Unavailable
from shared.chassis.requests import Outcome
from tests.chaos.simulation.customers import Customers
from tests.chaos.simulation.fate import Fate
from tests.chaos.simulation.owners import Owners
from tests.chaos.simulation.promises import broken_promises, same_answer
from tests.chaos.simulation.world import PROCESSES, Trouble, World
from tests.integration.matrix.in_memory import nothing_kept_for_good, snapshots_often
from tests.integration.matrix.playing import unrest
from tests.integration.matrix.process import Process
from tests.integration.matrix.scenario import DAYS_UNTIL_OVERDUE
from tests.support.eventually import at_rest
from tests.support.ports.faults import Fault
from tests.support.virtual_time import run_virtually

ENOUGH_SECONDS = 3_600.0
LOOK_EVERY_SECONDS = 1.0
FELL = "it fell"
"""What a run says that ended by an error of its own, which is not the breaking of a promise."""


@dataclass
class Case:
    """What came of one seed; `faults` are those that happened, in order."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = "\n  ".join(self.wrong) or "all promises hold"
        happened = "\n  ".join(map(str, self.faults)) or "nothing"
        return (
            f"seed {self.seed}: {told}\nwhat happened before:\n  {happened}\n"
            f"once more: ./sixsteps test --ring chaos --seed {self.seed}"
        )


def play_seed(seed: int) -> Case:
    """Play one seed; the same seed is the same run, on every machine."""
    with capture_logs(), snapshots_often(), nothing_kept_for_good():
        return run_virtually(_played(seed))


async def _played(seed: int) -> Case:
    fate = Fate(seed)
    case = Case(seed, faults=fate.happened, counted=fate.counted)
    world = World(fate, Owners())
    try:
        async with asyncio.timeout(ENOUGH_SECONDS):
            await _lived(world, fate, case)
    except TimeoutError:
        case.wrong.append(f"it never came to rest: {world.left}")
    except Exception as why:  # noqa: BLE001 - a seed that falls over is told like one that breaks a promise
        case.wrong.append(f"{FELL}: {why!r} {getattr(why, 'exceptions', '')}")
    return case


async def _lived(world: World, fate: Fate, case: Case) -> None:
    customers = Customers(world)
    trouble = asyncio.ensure_future(Trouble(world).make())
    await customers.shop()
    trouble.cancel()
    await asyncio.wait({trouble})
    fate.stop()
    await _at_rest(world, fate)
    world.clock.off += timedelta(days=DAYS_UNTIL_OVERDUE)
    process = await _at_rest(world, fate)
    case.wrong += [why async for why in _asked_again(customers)]
    case.wrong += await broken_promises(process, customers.ledger, world.called)
    case.counted["commands"] += len(customers.ledger)
    case.counted["attempts"] += sum(asked.attempts for asked in customers.ledger.values())
    case.counted["commits"] += await world.store.count(JOURNAL, {})


async def _at_rest(world: World, fate: Fate) -> Process:
    """Wait until everything has landed, been relayed, read and done, and nothing new comes; a process that lives."""
    await at_rest(lambda: _commits(world, fate), "the world comes to rest", ENOUGH_SECONDS, every=LOOK_EVERY_SECONDS)
    return world.processes[PROCESSES[0]]


async def _commits(world: World, fate: Fate) -> int | None:
    """How many there are when nothing is left to do; else None."""
    if fate.under_way or world.burying:
        return None
    try:
        left = await unrest(world.processes[PROCESSES[0]])
    except Unavailable:
        return None
    world.left = [what for what, number in left.items() if number]
    return None if world.left else await world.store.count(JOURNAL, {})


async def _asked_again(customers: Customers) -> AsyncIterator[str]:
    """Whoever asks again what made a commit gets the answer that was given then."""
    made = {(one["stream"], one["cause"]) for one in await customers.world.store.find(JOURNAL, {})}
    for cause, asked in list(customers.ledger.items()):
        if isinstance(asked.answer, Outcome) and (asked.stream, cause) in made:
            again = (await customers.ask(cause, asked.command)).answer
            if isinstance(again, Refusal):
                yield f"{cause}: refused although it was done: {again.code()}, when it was asked again"
            elif not same_answer(asked.answer, again):
                yield f"{cause}: another answer when asked again: first {asked.answer}, then {again}"
