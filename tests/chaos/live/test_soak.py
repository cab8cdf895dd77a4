"""`./sixsteps soak --minutes N`: homes go their way without end, faults come one after the other, and nothing grows."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import psutil
import pytest

from tests.chaos.live.conducting import Conductor, Named
from tests.chaos.live.faults import clock_jumped, cut, ended, frozen, killed, said_again
from tests.chaos.live.figures import Growth

MINUTES = "SIXSTEPS_SOAK_MINUTES"
EVERY_SECONDS = 20.0
WARM_UP = 0.2
"""The share of the samples that is not looked at: pools and caches fill at the start."""
MAY_GROW = 1.15
MAY_GROW_MB = 15.0
MAY_GROW_HANDLES = 15
FAULTS: Sequence[Named] = (
    ("connections cut", cut(0.1, 3)),
    ("database killed", ended("database")),
    ("records repeated", said_again),
    ("broker killed", ended("broker")),
    ("clock jumps", clock_jumped),
    ("database frozen", frozen("database", 5)),
    ("network worker killed", killed("network", "worker")),
    ("broker frozen", frozen("broker", 5)),
    ("network api killed", killed("network", "api")),
)
"""Only processes of one service are killed: who is always new cannot be seen to grow."""


@dataclass(frozen=True)
class Sample:
    """What one process held at one moment."""

    megabytes: float
    handles: int


@pytest.mark.skipif(MINUTES not in os.environ, reason="Run by ./sixsteps soak.")
async def test_nothing_grows_under_constant_load_with_faults(conductor: Conductor) -> None:
    until = time.perf_counter() + 60 * float(os.environ[MINUTES])
    samples: dict[str, list[Sample]] = defaultdict(list)
    await conductor.customers.begin()
    turn = 0
    while time.perf_counter() < until:
        name, fault = FAULTS[turn % len(FAULTS)]
        await conductor.one(name, fault)
        await asyncio.sleep(EVERY_SECONDS)
        _sample(conductor, samples)
        turn += 1
        if turn % len(FAULTS) == 0 and (wrong := await conductor.balanced()):
            pytest.fail(str(wrong))
    assert await conductor.ended() == []
    conductor.figures.growth = [_growth(name, each) for name, each in samples.items()]
    grown = [one for one in conductor.figures.growth if _too_much(one)]
    assert not grown, grown


def _sample(conductor: Conductor, samples: dict[str, list[Sample]]) -> None:
    for replica in conductor.fleet.replicas:
        assert replica.process is not None
        process = psutil.Process(replica.process.pid)
        held = Sample(process.memory_info().rss / 1e6, process.num_fds())
        samples[f"{replica.name} {replica.role} {replica.process.pid}"].append(held)


def _growth(name: str, samples: Sequence[Sample]) -> Growth:
    """From the first third after the warm-up to the last third."""
    warm = samples[int(len(samples) * WARM_UP) :]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    return Growth(
        name,
        len(samples),
        sum(one.megabytes for one in first) / third,
        sum(one.megabytes for one in last) / third,
        max(one.handles for one in first),
        max(one.handles for one in last),
    )


def _too_much(growth: Growth) -> bool:
    megabytes = growth.megabytes_first * MAY_GROW + MAY_GROW_MB
    return growth.megabytes_last > megabytes or growth.handles_last > growth.handles_first + MAY_GROW_HANDLES
