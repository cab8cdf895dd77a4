"""A platform with nothing to do: what its four services cost, once they have come to rest."""

import asyncio
from collections.abc import Mapping

import psutil

from deploy.services import NAMES
from tests.bench.ground import Ground
from tests.bench.workload import region

REST_SECONDS = 8.0
WATCHED_SECONDS = 20.0


async def idle(ground: Ground) -> Mapping[str, float]:
    """Percent of one core: the busiest service; and its memory before it has done anything."""
    async with region(ground, NAMES, 1) as here:
        await asyncio.sleep(REST_SECONDS)
        processes = {
            name: psutil.Process(each.process.pid) for name, each in here.running.services.items() if each.process
        }
        before = {name: sum(process.cpu_times()[:2]) for name, process in processes.items()}
        await asyncio.sleep(WATCHED_SECONDS)
        used = {name: sum(process.cpu_times()[:2]) - before[name] for name, process in processes.items()}
        memory = max(process.memory_info().rss for process in processes.values())
    return {
        "idle_cpu_percent": max(used.values()) / WATCHED_SECONDS * 100,
        "idle_cpu_percent_mean": sum(used.values()) / len(used) / WATCHED_SECONDS * 100,
        "idle_rss_mb": memory / 1e6,
    }
