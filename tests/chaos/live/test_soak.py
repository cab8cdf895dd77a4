"""`./sixsteps soak --minutes N`: homes go their way without end, faults come one after the other, and nothing grows.

A short one proves that nothing is lost; whether memory is flat it cannot say, and does not.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Sequence

import psutil
import pytest

from tests.chaos.live.conducting import Conductor, Named
from tests.chaos.live.faults import clock_jumped, cut, ended, frozen, killed, said_again
from tests.chaos.live.growing import Sample, growth_of

MINUTES = "SIXSTEPS_SOAK_MINUTES"
EVERY_SECONDS = 20.0
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


@pytest.mark.skipif(MINUTES not in os.environ, reason="Run by ./sixsteps soak.")
async def test_nothing_grows_under_constant_load_with_faults(conductor: Conductor) -> None:
    began = time.perf_counter()
    until = began + 60 * float(os.environ[MINUTES])
    samples: dict[str, list[Sample]] = defaultdict(list)
    await conductor.customers.begin()
    turn = 0
    while time.perf_counter() < until:
        name, fault = FAULTS[turn % len(FAULTS)]
        await conductor.one(name, fault)
        await asyncio.sleep(EVERY_SECONDS)
        _sample(conductor, time.perf_counter() - began, samples)
        turn += 1
        if turn % len(FAULTS) == 0 and (wrong := await conductor.balanced()):
            pytest.fail(str(wrong))
    assert await conductor.ended() == []
    conductor.figures.growth = [growth_of(name, each) for name, each in samples.items()]
    grown = [one for one in conductor.figures.growth if one.too_much]
    assert not grown, grown


def _sample(conductor: Conductor, at: float, samples: dict[str, list[Sample]]) -> None:
    fleet = conductor.fleet
    held = {f"{one.name} {one.role}": one.process for one in fleet.replicas}
    for name, process in {**held, "broker": fleet.kafka.process, "database": fleet.mongo.process}.items():
        assert process is not None
        seen = psutil.Process(process.pid)
        samples[f"{name} {process.pid}"].append(Sample(at, seen.memory_info().rss / 1e6, seen.num_fds()))
