"""Who stops a consumer goes on, whatever the consumer was about, and its connections are let go."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import NoGroupCoordinator

from shared.chassis.drivers.kafka_stopping import stopped


def just_started() -> AIOKafkaConsumer:
    """Give a consumer as it is after its start, before any other task had a turn."""
    consumer = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1")
    consumer._coordinator = NoGroupCoordinator(consumer._client, consumer._subscription)
    return consumer


async def forever() -> None:
    await asyncio.Event().wait()


async def resting() -> AIOKafkaConsumer:
    """Give a consumer that rests before it asks a broker again that has died."""
    consumer = just_started()
    consumer._subscription.assign_from_user({TopicPartition("shoes-events", 0)})
    consumer._fetcher = Fetcher(consumer._client, consumer._subscription)
    await asyncio.sleep(0)  # it has looked what to fetch
    consumer._fetcher._pending_tasks.add(asyncio.create_task(forever()))
    consumer._client._sync_task = asyncio.create_task(forever())
    await asyncio.sleep(0)
    return consumer


async def started_and_stopped() -> None:
    await stopped(just_started())


async def test_whoever_stops_a_consumer_that_has_just_started_is_not_cancelled() -> None:
    stopping = asyncio.create_task(started_and_stopped())
    await asyncio.wait([stopping])
    assert not stopping.cancelled()


async def test_whoever_stops_a_consumer_whose_broker_has_died_is_not_cancelled() -> None:
    consumer = await resting()
    stopping = asyncio.create_task(stopped(consumer))
    await asyncio.wait([stopping])
    assert not stopping.cancelled()
    assert consumer._client._sync_task is None
