"""The same promises are asked of Kafka and of what stands for it in memory."""

from collections.abc import AsyncIterator

import pytest

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from shared.chassis.ports import Broker
from tests.integration.chassis.broker.hearing import Place, options

PARTITIONS = 4


@pytest.fixture(params=["kafka", "memory"])
async def place(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Place]:
    opened: list[Broker] = []
    topic = f"{topic_prefix}events"
    if request.param == "kafka":
        found = options(request.getfixturevalue("stack").kafka)
        await create_topics(found, [kept_for_ever(topic, PARTITIONS, 1)])
    cluster = MemoryCluster(PARTITIONS)
    cluster.create(topic)

    def make() -> Broker:
        broker: Broker = KafkaBroker(found) if request.param == "kafka" else MemoryBroker(cluster, quiet_seconds=0.2)
        opened.append(broker)
        return broker

    yield Place(make, topic, f"{topic_prefix}group")
    for broker in opened:
        await broker.stop()
