"""Sends a consumer group back to the beginning of its topics, so that it reads everything again."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import judged_away

_SECONDS = 40.0
_PAUSE_SECONDS = 0.5


async def rewind(options: KafkaOptions, group: str, topics: Sequence[str]) -> None:
    """Return when the group stands at the beginning. Its members must be stopped. Raises Unavailable.

    The broker may take as long as a session to notice that a member is gone; so long it is tried.
    """
    consumer = AIOKafkaConsumer(**options.for_client(), group_id=group, enable_auto_commit=False)
    try:
        async with asyncio.timeout(_SECONDS):
            await consumer.start()
            parts = [part for topic in topics for part in await _parts(consumer, topic)]
            consumer.assign(parts)
            first = await consumer.beginning_offsets(parts)
            await _committed(consumer, first)
    except FAILURES as error:
        raise judged_away(error) from error
    finally:
        await consumer.stop()


async def _committed(consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    while True:
        try:
            await consumer.commit(offsets)
        except FAILURES:  # while a member is still counted in; the limit above ends it
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return


async def _parts(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client._wait_on_metadata(topic)  # noqa: SLF001 - the public call answers from the cache only
    return [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
