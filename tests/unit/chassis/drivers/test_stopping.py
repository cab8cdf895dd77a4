"""Who stops a consumer goes on, whatever the consumer was about."""

import asyncio

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.group_coordinator import NoGroupCoordinator

from shared.chassis.drivers.kafka_stopping import stopped


def just_started() -> AIOKafkaConsumer:
    """Give a consumer as it is after its start, before any other task had a turn."""
    consumer = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1")
    consumer._coordinator = NoGroupCoordinator(consumer._client, consumer._subscription)
    return consumer


async def started_and_stopped() -> None:
    await stopped(just_started())


async def test_whoever_stops_a_consumer_that_has_just_started_is_not_cancelled() -> None:
    stopping = asyncio.create_task(started_and_stopped())
    await asyncio.wait([stopping])
    assert not stopping.cancelled()
