"""aiokafka's consumer, made to listen all the time.

FastStream asks for a batch for a moment and, when there is none, sleeps as long without listening: short moments cost
processor time while nothing happens, long ones make every first event late. This consumer answers FastStream only
when there is something, so an idle reader wakes once a second and an event is heard at once.
"""

from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker

_WAKE_MS = 1000


class ListeningConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """A consumer whose `getmany` returns when there are records; it ends by being cancelled or stopped."""

    async def getmany(
        self,
        *partitions: TopicPartition,
        timeout_ms: int = 0,  # noqa: ARG002 - FastStream's moment; see above
        max_records: int | None = None,
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Records of the assigned partitions, at least one. Raises what aiokafka raises."""
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        while not found:
            found = await super().getmany(*partitions, timeout_ms=_WAKE_MS, max_records=max_records)
        return found


async def connect_listening(engine: KafkaBroker) -> None:
    """Let this FastStream broker make listening consumers from now on."""
    made: Any = await engine.connect()
    engine.config.broker_config.builder = partial(ListeningConsumer, **made.keywords)
