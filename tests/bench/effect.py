"""From a command accepted by one service to its effect in another: workshops scheduled, invitations set.

The clock runs from the answer of enrolment until the event of notifications that follows from it is read from its
topic: then it is stored there too, and whoever asks sees it.
"""

import asyncio
import time
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer

from shared.chassis.ids import new_id
from shared.chassis.wire import topic_of
from tests.bench.client import Line
from tests.bench.ground import Ground, percentile, until
from tests.bench.http import cohorts_for
from tests.bench.workload import CODES, region

PACE = 100
SECONDS = 12.0
WARM_UP = 300
LINES = 24


async def effect(ground: Ground) -> Mapping[str, float]:
    """The delay of every effect at 100 commands a second."""
    async with region(ground, ("enrolment", "notifications"), LINES) as here:
        wanted = WARM_UP + int(PACE * SECONDS)
        cohorts = await cohorts_for(here, wanted)
        seen: dict[str, float] = {}
        looking = asyncio.create_task(_watch(ground, topic_of(here.prefix, "notifications"), seen))
        free: asyncio.Queue[Line] = asyncio.Queue()
        for line in here.lines:
            free.put_nowait(line)
        began, accepted = time.perf_counter() + 2.0, dict[str, float]()

        async def one(number: int) -> None:
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            line, correlation = await free.get(), new_id()
            await here.schedule(line, cohorts[number // len(CODES)], number % len(CODES), correlation)
            if number >= WARM_UP:
                accepted[correlation] = time.perf_counter()
            free.put_nowait(line)

        await asyncio.gather(*(one(number) for number in range(wanted)))
        await until(lambda: accepted.keys() <= seen.keys(), "every effect", 60)
        looking.cancel()
    delays = [max(0.0, seen[name] - at) for name, at in accepted.items()]
    return {
        "effect_p50_ms_at_100": percentile(delays, 0.50) * 1000,
        "effect_p99_ms_at_100": percentile(delays, 0.99) * 1000,
    }


async def _watch(ground: Ground, topic: str, seen: dict[str, float]) -> None:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=ground.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async for record in consumer:
            correlation = next(value for name, value in record.headers if name == "ce_correlationid").decode()
            seen.setdefault(correlation, time.perf_counter())
    finally:
        await consumer.stop()
