"""Records on topics as a stranger, an accident or an operator might put or move them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Headers, Message


class Putting:
    """Puts records on topics, byte for byte."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker

    async def put(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> None:
        """One record."""
        await self._broker.send(topic, key, value, headers)

    async def again(self, messages: Iterable[Message], *, prefix: tuple[str, str] = ("", "")) -> int:
        """These records once more, on the same topics or on those with another prefix; how many."""
        count = 0
        for message in messages:
            topic = prefix[1] + message.topic.removeprefix(prefix[0])
            await self._broker.send(topic, message.key or b"", message.value, message.headers)
            count += 1
        return count


@asynccontextmanager
async def putting(kafka: str) -> AsyncIterator[Putting]:
    """Somebody who may write to every topic."""
    broker = KafkaBroker(KafkaOptions(servers=kafka, client="stranger"))
    await broker.start()
    try:
        yield Putting(broker)
    finally:
        await broker.stop()


async def rewound(kafka: str, group: str, topics: Sequence[str]) -> bool:
    """Let the group begin again at the very first record; False while somebody of the group is still there."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        for topic in topics:
            await consumer._client._wait_on_metadata(topic)
        parts = [TopicPartition(topic, part) for topic in topics for part in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(parts)
        await consumer.commit(dict.fromkeys(parts, 0))
    except KafkaError:
        return False
    finally:
        await consumer.stop()
    return True
