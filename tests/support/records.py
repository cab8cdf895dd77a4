"""Records on topics as a stranger, an accident or an operator might put them there."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

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
