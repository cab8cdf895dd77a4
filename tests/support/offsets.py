"""How far many consumer groups are, asked of the broker once for all of them: a platform has more than a dozen."""

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.ports import Unavailable

ANSWER_SECONDS = 10.0


class Offsets:
    """Looks without taking part. Connects when first asked, and again after the broker was away."""

    def __init__(self, kafka: str) -> None:
        self._kafka = kafka
        self._clients: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None
        self._coordinators: dict[str, int] = {}

    async def behind(self, reading: Mapping[str, Iterable[str]]) -> dict[str, int]:
        """How many records each group has not done with on the topics that it reads. Raises Unavailable."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._behind({group: frozenset(topics) for group, topics in reading.items()})
        except FAILURES as error:
            await self.close()
            raise Unavailable(f"Kafka: {type(error).__name__}") from error

    async def close(self) -> None:
        """Disconnect."""
        clients, self._clients = self._clients, None
        self._coordinators.clear()
        if clients is not None:
            admin, consumer = clients
            await admin.close()
            await consumer.stop()

    async def _behind(self, reading: Mapping[str, frozenset[str]]) -> dict[str, int]:
        admin, consumer = await self._connected()
        done = await asyncio.gather(*(self._done(admin, group) for group in reading))
        parts = [part for topic in frozenset().union(*reading.values()) for part in await _parts(consumer, topic)]
        first, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        return {
            group: sum(ends[part] - max(first[part], upto.get(part, 0)) for part in parts if part.topic in topics)
            for (group, topics), upto in zip(reading.items(), done, strict=True)
        }

    async def _done(self, admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
        if group not in self._coordinators:
            self._coordinators[group] = await admin.find_coordinator(group)
        found = await admin.list_consumer_group_offsets(group, self._coordinators[group])
        return {part: each.offset for part, each in found.items()}

    async def _connected(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._clients is None:
            admin = AIOKafkaAdminClient(bootstrap_servers=self._kafka, client_id="offsets")
            consumer = AIOKafkaConsumer(bootstrap_servers=self._kafka, client_id="offsets")
            self._clients = admin, consumer
            await admin.start()
            await consumer.start()
        return self._clients


async def _parts(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client._wait_on_metadata(topic)
    return [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
