"""How the way from event to event grows with partitions and processes, and what one very busy home does to it.

Everything on the cores of one run: with two of them, broker and database have one already.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from deploy.local.platform import RunningService, start_platform
from deploy.local.ports import free_port
from shared.chassis.wire import topic_of
from tests.bench.end_to_end import ours
from tests.bench.ground import Ground, until
from tests.bench.homes import put_on

PARTITIONS = (1, 3, 12)
WORKERS = (1, 2, 4)
EVENTS = 3_000
ONE_HOME = 10_000


async def partitions(ground: Ground) -> Mapping[str, float]:
    """Events a second of one process with few and many partitions; then ten thousand events of one home."""
    found = {f"e2e_events_per_s_{count}_partitions": await _turn(ground, EVENTS, count) for count in PARTITIONS}
    return found | {"e2e_events_per_s_one_home": await _turn(ground, ONE_HOME, 12, key="home-1")}


async def _turn(ground: Ground, events: int, count: int, key: str | None = None) -> float:
    prefix = f"{ground.name('parts')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"), count)
    sender = await ground.sender()
    await put_on(sender, topic_of(prefix, "enrolment"), range(events), key)
    await sender.stop()
    return await ours(ground, prefix, events)


async def workers(ground: Ground) -> Mapping[str, float]:
    """Events a second of 1, 2 and 4 processes of the whole service, which are there before the events come."""
    return {f"e2e_events_per_s_{count}_workers": await _processes(ground, count) for count in WORKERS}


async def _processes(ground: Ground, count: int) -> float:
    async with _portfolios(ground, count) as prefix:
        sender, topic = await ground.sender(), topic_of(prefix, "portfolio")
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=ground.kafka, auto_offset_reset="earliest")
        await consumer.start()
        seen = 0

        async def look() -> None:
            nonlocal seen
            async for _ in consumer:
                seen += 1

        looking = asyncio.create_task(look())
        await put_on(sender, topic_of(prefix, "enrolment"), range(200))
        await until(lambda: seen >= 200, "the first ones", 60)
        started = time.perf_counter()
        await put_on(sender, topic_of(prefix, "enrolment"), range(200, 200 + EVENTS))
        await until(lambda: seen >= 200 + EVENTS, "every home has its portfolio", 120)
        took = time.perf_counter() - started
        looking.cancel()
        await consumer.stop()
        await sender.stop()
        return EVENTS / took


@asynccontextmanager
async def _portfolios(ground: Ground, count: int) -> AsyncIterator[str]:
    prefix = f"{ground.name('workers')}-"
    plan = ground.plan(prefix)
    running = await asyncio.to_thread(start_platform, plan, ("portfolio",))
    first = running.services["portfolio"]
    more = [
        RunningService(
            "portfolio",
            {**first.environment, "SIXSTEPS_HTTP_PORT": str(free_port())},
            plan.folder / f"worker-{number}.log",
            "worker",
        )
        for number in range(1, count)
    ]
    try:
        for worker in more:
            worker.start()
        for worker in more:
            await asyncio.to_thread(worker.wait_ready)
        yield prefix
    finally:
        for worker in more:
            await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(running.stop)
