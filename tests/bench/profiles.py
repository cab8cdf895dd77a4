"""Where the processor's time of one command and of one consumed event goes: in the service by part, and in the server.

First without the profiler, which gives the time; then with it, which gives the parts. The driver's threads are told
apart by the system, the profiler sees the thread that everything else runs in.
"""

import asyncio
import cProfile
import os
import pstats
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.platform import ROOT
from tests.bench.attribution import REST, Function, Timing, named, shared_out
from tests.bench.end_to_end import ours, turn
from tests.bench.ground import Ground, until
from tests.bench.http import full_speed
from tests.bench.workload import region

WATCHED = Path(__file__).parent / "watched"
WARM_UP_SECONDS = 4.0
SECONDS = 6.0
EVENTS = 3_000
THREADS = "driver_threads"
_SAME = {
    "decision": ("shared/chassis/handling.py", "shared/chassis/deciding.py"),
    "log_line": ("structlog/", "logging/", "shared/chassis/logs.py"),
    "commit": (
        *("shared/chassis/adding.py", "shared/chassis/commits.py"),
        *("shared/chassis/journal.py", "shared/chassis/streams.py"),
    ),
    "relay": ("shared/chassis/relay.py", "shared/chassis/drivers/kafka_producer.py", "aiokafka/producer/"),
}
_RECEIVING = (
    "shared/chassis/drivers/kafka_reader.py",
    "shared/chassis/drivers/kafka_consumer.py",
    "aiokafka/consumer/",
)
COMMAND = {
    "http": ("uvicorn/", "starlette/", "fastapi/", "httptools/", "shared/chassis/http/"),
    "token_and_body": (
        *("shared/chassis/http/tokens.py", "shared/chassis/http/reach.py", "shared/chassis/declarations/access.py"),
        *("shared/chassis/http/bodies.py", "shared/chassis/http/fields.py", "joserfc/"),
    ),
    **_SAME,
    "reading_own_events": ("shared/chassis/reading/", *_RECEIVING),
}
EVENT = {
    "reading": ("shared/chassis/reading/", *_RECEIVING),
    "positions": ("shared/chassis/reading/positions.py", "shared/chassis/reading/guarded.py"),
    "policy": tuple(f"shared/chassis/reading/{name}.py" for name in ("policies", "asking")),
    **_SAME,
}


@dataclass(frozen=True)
class Spent:
    """Seconds of the processor: a process's main thread, its other threads, and the server (0: it is elsewhere)."""

    main: float
    threads: float
    server: float

    def since(self, before: "Spent") -> "Spent":
        """What came in between."""
        return Spent(self.main - before.main, self.threads - before.threads, self.server - before.server)


def spent(pid: int, server: int | None) -> Spent:
    """So far."""
    threads = {one.id: one.user_time + one.system_time for one in psutil.Process(pid).threads()}
    main = threads.pop(pid)
    return Spent(main, sum(threads.values()), sum(_times(server)) if server else 0.0)


def _times(pid: int) -> list[float]:
    process = psutil.Process(pid)
    return [sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True))]


async def profile(ground: Ground) -> Mapping[str, float]:
    """Of a command over HTTP (cohorts and their workshops, in enrolment), and of an event that a policy reacts to."""
    return {**await _of_commands(ground), **await _of_events(ground)}


async def _of_commands(ground: Ground) -> Mapping[str, float]:
    kept = ground.folder / "commands.profile"
    more = {"BENCH_PROFILE": str(kept), "PYTHONPATH": f"{WATCHED}{os.pathsep}{ROOT}"}
    async with region(ground, ("enrolment",), 32, **more) as here:
        process = here.running.services["enrolment"].process
        assert process is not None
        await full_speed(here, WARM_UP_SECONDS)
        before, began = spent(process.pid, ground.server), time.perf_counter()
        rate = await full_speed(here, SECONDS)
        plain, commands = spent(process.pid, ground.server).since(before), rate * (time.perf_counter() - began)
        before = spent(process.pid, ground.server)
        process.send_signal(signal.SIGUSR1)
        await full_speed(here, SECONDS)
        process.send_signal(signal.SIGUSR2)
        await until(kept.exists, "the service has written its profile", 60)
        watched = spent(process.pid, ground.server).since(before)
    stats = await asyncio.to_thread(pstats.Stats, str(kept))
    return told("command", COMMAND, stats, plain, watched, commands)


async def _of_events(ground: Ground) -> Mapping[str, float]:
    """Reactions only, in this process; the first turn warms up."""
    await turn(ground, ours, EVENTS)
    seen: list[Spent] = []
    profiler = cProfile.Profile(time.thread_time, builtins=False)

    async def plain(ground: Ground, prefix: str, events: int) -> float:
        before = spent(os.getpid(), ground.server)
        rate = await ours(ground, prefix, events)
        seen.append(spent(os.getpid(), ground.server).since(before))
        return rate

    async def watched(ground: Ground, prefix: str, events: int) -> float:
        profiler.enable()
        try:
            return await plain(ground, prefix, events)
        finally:
            profiler.disable()

    await turn(ground, plain, EVENTS)
    await turn(ground, watched, EVENTS)
    return told("event", EVENT, pstats.Stats(profiler), seen[0], seen[1], EVENTS)


def told(
    what: str,
    parts: Mapping[str, tuple[str, ...]],
    stats: pstats.Stats,
    plain: Spent,
    watched: Spent,
    count: float,
) -> Mapping[str, float]:
    """Milliseconds each, and what percent of the service's each part has; what the profiler saw not is the loop's."""
    timings: Mapping[Function, Timing] = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out
    seconds = dict(shared_out(timings, named(parts)))
    seconds[REST] = seconds.get(REST, 0.0) + max(0.0, watched.main - sum(seconds.values()))
    service, whole = plain.main + plain.threads, sum(seconds.values())
    in_thread = {name: seconds.get(name, 0.0) / whole * plain.main / service * 100 for name in (*parts, REST)}
    percents = in_thread | {THREADS: plain.threads / service * 100}
    return {
        f"{what}_ms_service": service / count * 1000,
        f"{what}_ms_server": plain.server / count * 1000,
        **{f"{what}_percent_{name}": percent for name, percent in percents.items()},
    }
