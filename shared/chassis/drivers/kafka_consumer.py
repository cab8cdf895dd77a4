"""aiokafka's consumer, made to listen all the time.

FastStream asks for a batch for a moment and, when there is none, sleeps as long without listening: short moments cost
processor time while nothing happens, long ones make every first event late. This consumer answers FastStream only
when there is something, so an idle reader wakes once a second and an event is heard at once.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker

_WAKE_MS = 1000
_QUIET_MS = 200
"""When nothing came for so long, what was taken is settled."""


class Settling(Protocol):
    """Who takes the batches of one group, and decides when offsets may be committed."""

    @property
    def unsettled(self) -> bool:
        """Whether offsets wait."""
        ...

    async def settle(self) -> None:
        """Commit them, if it can be done now."""
        ...


class ListeningConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """A consumer whose `getmany` returns when there are records; it ends by being cancelled or stopped."""

    def __init__(self, *topics: str, group_id: str, takers: Mapping[str, Settling], **options: Any) -> None:
        super().__init__(*topics, group_id=group_id, **options)
        self._taker = takers[group_id]

    async def getmany(
        self,
        *partitions: TopicPartition,
        timeout_ms: int = 0,  # noqa: ARG002 - FastStream's moment; see above
        max_records: int | None = None,
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Records of the assigned partitions, at least one. Raises what aiokafka raises."""
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        while not found:
            waits = _QUIET_MS if self._taker.unsettled else _WAKE_MS
            found = await super().getmany(*partitions, timeout_ms=waits, max_records=max_records)
            if not found and self._taker.unsettled:
                await self._taker.settle()
        return found

    async def commit(self, offsets: dict[TopicPartition, int] | None = None) -> None:
        """Commit these offsets; none for FastStream, which would commit what is not settled yet."""
        if offsets:
            await super().commit(offsets)


async def connect_listening(engine: KafkaBroker, takers: Mapping[str, Settling]) -> None:
    """Let this FastStream broker make listening consumers from now on; `takers` by their group."""
    made: Any = await engine.connect()
    engine.config.broker_config.builder = partial(ListeningConsumer, takers=takers, **made.keywords)
