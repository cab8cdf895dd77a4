"""Many seeds, side by side on all cores."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from shared.chassis.garbage import keep_what_is_there
from tests.chaos.simulation.one import Case, play_seed

SEED = "SIXSTEPS_SEED"
SEEDS = "SIXSTEPS_SEEDS"
USUALLY = 300
FIRST = 1


def chosen_seeds() -> Sequence[int]:
    """The one seed that SIXSTEPS_SEED names, else as many as SIXSTEPS_SEEDS says, else the usual number."""
    if named := os.environ.get(SEED):
        return [int(named)]
    return range(FIRST, FIRST + int(os.environ.get(SEEDS) or USUALLY))


@contextmanager
def players() -> Iterator[ProcessPoolExecutor]:
    """Processes that have imported everything before, one for each core."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.simulation.one"])
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context, initializer=keep_what_is_there) as pool:
        yield pool


def play_many(seeds: Sequence[int]) -> list[Case]:
    """Play all of them; one alone is played here, so that a debugger can watch."""
    if len(seeds) == 1:
        return [play_seed(seeds[0])]
    with players() as pool:
        return list(pool.map(play_seed, seeds, chunksize=5))


def counted(cases: Sequence[Case]) -> Counter[str]:
    """What happened in all of them together."""
    total: Counter[str] = Counter()
    for case in cases:
        total.update(case.counted)
    return total
