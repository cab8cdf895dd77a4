"""A process that is told to stop while it is still starting leaves no reader behind that keeps partitions."""

import asyncio
import gc
from collections.abc import Sequence

import pytest

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from shared.chassis.ports import Message
from tests.support.eventually import eventually
from tests.support.stack import Stack


# aiokafka forgets the connection that it was just opening when its start is cancelled; nothing of ours can close it.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function (AIOKafkaConnection|StreamWriter).__del__:"
    "pytest.PytestUnraisableExceptionWarning"
)
async def test_who_comes_after_a_start_that_was_cut_short_reads_everything(stack: Stack, topic_prefix: str) -> None:
    options = KafkaOptions(servers=stack.kafka, client="cut", session_seconds=30.0, stop_seconds=4.0)
    topic, heard = f"{topic_prefix}letters", list[Message]()
    await create_topics(options, [kept_for_ever(topic, 1, 1)])

    async def hear(messages: Sequence[Message]) -> None:
        heard.extend(messages)

    def broker() -> KafkaBroker:
        made = KafkaBroker(options)
        for number in range(4):
            made.subscribe([topic], f"{topic_prefix}{number}", hear)
        return made

    first, second = broker(), broker()
    starting = asyncio.create_task(first.start())
    await eventually(lambda: any(_in_its_group(first, number) for number in range(4)), "a reader is in its group")
    starting.cancel()
    await asyncio.wait({starting})
    await first.stop()
    await second.start()
    await second.send(topic, b"k", b"v", ())
    await eventually(lambda: len(heard) == 4, "all four readers have heard", seconds=15)
    await second.stop()
    gc.collect()  # here, so that no later test is blamed for what this one left


def _in_its_group(broker: KafkaBroker, number: int) -> bool:
    subscriber = broker._readers[number]._subscriber
    return bool(subscriber and subscriber.consumer and subscriber.consumer.assignment())
