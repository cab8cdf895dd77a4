"""Makes the topics a service needs; making them again changes nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import judged_away
from shared.chassis.ports import Rejected, Unavailable

DAY_MS = 24 * 60 * 60 * 1000
_SECONDS = 15.0
AS_MANY_AS_SENSIBLE = 0
"""A replication factor: one copy on each broker, but no more than three."""
_COPIES = 3


@dataclass(frozen=True)
class Topic:
    """A topic by name, with its settings in Kafka's own words. `replication_factor` may be AS_MANY_AS_SENSIBLE."""

    name: str
    partitions: int
    replication_factor: int
    settings: Mapping[str, str] = field(default_factory=dict)


def kept_for_ever(name: str, partitions: int, replication_factor: int) -> Topic:
    """History: nothing is ever taken away."""
    return Topic(name, partitions, replication_factor, {"cleanup.policy": "delete", "retention.ms": "-1"})


def last_value_wins(
    name: str,
    partitions: int,
    replication_factor: int,
    *,
    gone_within_ms: int = DAY_MS,
    rewritten_within_ms: int = DAY_MS,
) -> Topic:
    """State: only the last value of each key is kept.

    What was replaced or erased is rewritten away within `rewritten_within_ms`; a tombstone goes `gone_within_ms`
    after that.
    """
    settings = {
        "cleanup.policy": "compact",
        "max.compaction.lag.ms": str(rewritten_within_ms),
        "segment.ms": str(rewritten_within_ms),
        "delete.retention.ms": str(gone_within_ms),
        "min.cleanable.dirty.ratio": "0.01",
    }
    return Topic(name, partitions, replication_factor, settings)


async def create_topics(options: KafkaOptions, topics: Sequence[Topic]) -> None:
    """Return when all of them exist and can be written to. An existing topic is left as it is.

    Raises Unavailable when Kafka is away, Rejected when it refuses one.
    """
    admin = AIOKafkaAdminClient(**options.for_client())
    try:
        async with asyncio.timeout(_SECONDS):
            await admin.start()
            brokers = len((await admin.describe_cluster())["brokers"])
            answer = await admin.create_topics([_new(topic, brokers) for topic in topics])
            _check(answer.topic_errors)
            await _wait_until_led(admin, [topic.name for topic in topics])
    except FAILURES as error:
        raise judged_away(error) from error
    finally:
        await admin.close()


def copies(wanted: int, brokers: int) -> int:
    """How many copies of a topic there are to be."""
    return wanted or min(_COPIES, brokers)


def _new(topic: Topic, brokers: int) -> NewTopic:
    """With all copies but one in step: one broker may be away, and what was acknowledged is still on two."""
    factor = copies(topic.replication_factor, brokers)
    return NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=factor,
        topic_configs={"min.insync.replicas": str(max(1, factor - 1)), **topic.settings},
    )


def _check(answers: Sequence[Sequence[object]]) -> None:
    for name, code, *_ in answers:
        error = for_code(code)
        if code == 0 or error is TopicAlreadyExistsError:
            continue
        if error.retriable:
            raise Unavailable(f"Kafka could not make {name} now: {error.__name__}")
        raise Rejected(f"Kafka refuses to make {name}: {error.__name__}")


async def _wait_until_led(admin: AIOKafkaAdminClient, names: list[str]) -> None:
    while True:
        described = await admin.describe_topics(names)
        if all(not topic["error_code"] and _led(topic["partitions"]) for topic in described):
            return
        await asyncio.sleep(0.1)


def _led(partitions: Sequence[Mapping[str, int]]) -> bool:
    return bool(partitions) and all(part["leader"] >= 0 for part in partitions)
