"""Stops a consumer without being stopped by it."""

import asyncio

from aiokafka import AIOKafkaConsumer


async def stopped(consumer: AIOKafkaConsumer) -> None:
    """Return when it is stopped.

    A consumer without a group awaits a task of its own that it cancels first. When that task had no turn yet, because
    the first call after the start failed at once, it ends as cancelled, and so would whoever awaits it: a process went
    on without measuring itself. So it is given its turn.
    """
    await asyncio.sleep(0)
    await consumer.stop()
