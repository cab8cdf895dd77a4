"""Stops a consumer without being stopped by it."""

import asyncio

from aiokafka import AIOKafkaConsumer


async def stopped(consumer: AIOKafkaConsumer) -> None:
    """Return when it is stopped.

    A consumer without a group awaits tasks of its own that it cancels first. One that had no turn yet, because the
    first call after the start failed at once, ends as cancelled, and so does one that rests before it asks again a
    broker that has died; and so would whoever awaits them. A process went on without measuring itself, and the reading
    of a topic hid why it ended. So it stops in a task of its own, and its connections are let go in any case.
    """
    stopping = asyncio.create_task(consumer.stop())
    await asyncio.wait({stopping})
    if stopping.cancelled():
        await consumer._client.close()  # noqa: SLF001 - what it would have done last
    else:
        stopping.result()
