"""Consumer groups, as an operator sees and moves them with Kafka's own tools: members, and back to the beginning."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.support.eventually import eventually


async def reset_to_the_beginning(kafka: str, group: str, topics: Iterable[str]) -> None:
    """Let the group read everything again. Its members must be stopped; waits until the broker has noticed."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [part for topic in topics for part in await _parts(consumer, topic)]
        consumer.assign(parts)

        async def committed() -> bool:
            try:
                await consumer.commit(dict.fromkeys(parts, 0))
            except KafkaError:
                return False
            return True

        await eventually(committed, f"the group {group} lets itself be reset", 30)
    finally:
        await consumer.stop()


async def members_of(kafka: str, group: str) -> int:
    """How many share the group's partitions; 0 while they are still being shared out."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        ((answer,),) = [told.groups for told in await admin.describe_consumer_groups([group])]
    finally:
        await admin.close()
    _, _, state, _, _, members, *_ = answer
    return len(members) if state == "Stable" else 0


async def _parts(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client._wait_on_metadata(topic)
    return [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
