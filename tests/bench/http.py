"""Commands over HTTP: how many a second one process carries out, and how long they take at a steady pace."""

import asyncio
import time
from collections.abc import Mapping, Sequence

import psutil

from tests.bench.client import Line
from tests.bench.ground import Ground, percentile
from tests.bench.workload import CODES, Region, region

SIDE_BY_SIDE = 32
WARM_UP_SECONDS = 5.0
FULL_SECONDS = 15.0
PACE = 200
PACED_SECONDS = 15.0


async def commands(ground: Ground) -> Mapping[str, float]:
    """Figures of one enrolment process in role `all`: full speed, then 200 a second, then its memory."""
    async with region(ground, ("enrolment",), SIDE_BY_SIDE) as here:
        await full_speed(here, WARM_UP_SECONDS)
        rate = await full_speed(here, FULL_SECONDS)
        times = await paced(here, PACE, PACED_SECONDS)
        process = here.running.services["enrolment"].process
        assert process is not None
        memory = psutil.Process(process.pid).memory_info().rss
    return {
        "http_commands_per_s": rate,
        "http_p50_ms_at_200": percentile(times, 0.50) * 1000,
        "http_p99_ms_at_200": percentile(times, 0.99) * 1000,
        "process_rss_mb": memory / 1e6,
    }


async def full_speed(here: Region, seconds: float) -> float:
    """Commands a second while every line asks the next as soon as it has its answer."""
    until, started = time.perf_counter() + seconds, time.perf_counter()
    counts = await asyncio.gather(*(_busy(here, line, until) for line in here.lines))
    return sum(counts) / (time.perf_counter() - started)


async def _busy(here: Region, line: Line, until: float) -> int:
    answered = 0
    while time.perf_counter() < until:
        cohort = (await here.plan(line, "Cohort")).body["id"]
        answered += 1
        for at in range(len(CODES)):
            if time.perf_counter() >= until:
                break
            await here.schedule(line, cohort, at)
            answered += 1
    return answered


async def paced(here: Region, pace: int, seconds: float) -> Sequence[float]:
    """Seconds each of the workshops took that are scheduled at this pace, counted from the moment it was due."""
    wanted = int(pace * seconds)
    cohorts = await cohorts_for(here, wanted)
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in here.lines:
        free.put_nowait(line)
    began, times = time.perf_counter() + 0.5, list[float]()

    async def one(number: int) -> None:
        due = began + number / pace
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await free.get()
        await here.schedule(line, cohorts[number // len(CODES)], number % len(CODES))
        times.append(time.perf_counter() - due)
        free.put_nowait(line)

    await asyncio.gather(*(one(number) for number in range(wanted)))
    return times


async def cohorts_for(here: Region, workshops: int) -> Sequence[str]:
    """Cohorts enough for so many workshops."""

    async def some(line: Line, count: int) -> list[str]:
        return [(await here.plan(line, "Cohort")).body["id"] for _ in range(count)]

    each = workshops // len(CODES) // len(here.lines) + 1
    return [found for made in await asyncio.gather(*(some(line, each) for line in here.lines)) for found in made]
