"""What Kafka says about topics: how many partitions and records, and the settings that decide what is kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import judged_away
from shared.chassis.drivers.kafka_stopping import stopped

SETTINGS = ("cleanup.policy", "retention.ms", "max.compaction.lag.ms", "delete.retention.ms", "min.insync.replicas")
_SECONDS = 15.0


@dataclass(frozen=True)
class TopicFacts:
    """One topic. Without partitions it does not exist, or is not for whoever asks to see.

    `records`: those that lie there now, repeats included. `withheld`: why Kafka does not tell the settings.
    """

    name: str
    partitions: int = 0
    records: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    withheld: str | None = None


async def topic_facts(options: KafkaOptions, names: Sequence[str]) -> list[TopicFacts]:
    """The facts of these topics, in this order; asking makes none of them. Raises Unavailable."""
    admin, onlooker = AIOKafkaAdminClient(**options.for_client()), AIOKafkaConsumer(**options.for_client())
    try:
        async with asyncio.timeout(_SECONDS):
            await admin.start()
            await onlooker.start()
            there = set(await admin.list_topics()) & set(names)
            return [await _facts(admin, onlooker, name) if name in there else TopicFacts(name) for name in names]
    except FAILURES as error:
        raise judged_away(error) from error
    finally:
        await admin.close()
        await stopped(onlooker)


async def _facts(admin: AIOKafkaAdminClient, onlooker: AIOKafkaConsumer, name: str) -> TopicFacts:
    (described,) = await admin.describe_topics([name])
    parts = [TopicPartition(name, part["partition"]) for part in described["partitions"]]
    first, ends = await onlooker.beginning_offsets(parts), await onlooker.end_offsets(parts)
    records = sum(ends[part] - first[part] for part in parts)
    code, settings = await _settings(admin, name)
    return TopicFacts(name, len(parts), records, settings, for_code(code).__name__ if code else None)


async def _settings(admin: AIOKafkaAdminClient, name: str) -> tuple[int, Mapping[str, str]]:
    asked = ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(SETTINGS))
    (answer,) = await admin.describe_configs([asked])
    ((code, _message, _type, _name, entries),) = answer.resources
    told = {entry[0]: entry[1] for entry in entries}
    return code, {setting: told[setting] for setting in SETTINGS if setting in told}
