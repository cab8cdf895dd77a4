"""One consumer group: batches in, one offset commit after each batch is done with.

FastStream's defaults lose messages; what is set here keeps them. A failed batch is rewound (NACK_ON_ERROR), after a
pause that FastStream itself does not make. Headers stay the bytes they are: FastStream would choke on some, skip
the message, and answer to an address that a header names.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Message, OnBatch

FETCH_WAIT_MS = 500
MAX_RECORDS = 500
MAX_POLL_SECONDS = 300.0
FEW_RECORDS = 20
GATHER_SECONDS = 0.015
"""After a batch of a few records the reader rests for so long: every batch costs the same calls, however small."""

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class KafkaReader:
    """Reads some topics as a member of one group."""

    def __init__(self, topics: Sequence[str], group: str, on_batch: OnBatch, options: KafkaOptions) -> None:
        self.topics = tuple(topics)
        self.group = group
        self._on_batch = on_batch
        self._options = options
        self._failures = 0
        self._busy_since: float | None = None
        self._hurry = asyncio.Event()
        self._subscriber: Any = None

    def declare(self, engine: KafkaBroker) -> None:
        """Subscribe through this FastStream broker."""
        self._hurry.clear()
        session_ms = int(self._options.session_seconds * 1000)
        self._subscriber = engine.subscriber(
            *self.topics,
            group_id=self.group,
            batch=True,
            max_records=MAX_RECORDS,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            no_reply=True,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 10,
            max_poll_interval_ms=int(MAX_POLL_SECONDS * 1000),
            listener=_Listener(self),
        )
        self._subscriber(self._consume)

    def hurry(self) -> None:
        """Do not pause any more: the reader is about to stop."""
        self._hurry.set()

    def healthy(self) -> bool:
        """False when its tasks died without a successor, or a batch takes longer than the group allows."""
        subscriber = self._subscriber
        if subscriber is None or subscriber.consumer is None:
            return True
        coordination = subscriber.consumer._coordinator._coordination_task  # noqa: SLF001 - there is no public sign
        alive = subscriber.running and any(not task.done() for task in subscriber.tasks)
        stuck = self._busy_since is not None and time.perf_counter() - self._busy_since > MAX_POLL_SECONDS
        return bool(alive and not coordination.done() and not stuck)

    async def finish_batch(self) -> None:
        """Wait for the running batch, and no longer than the group waits for us."""
        self._hurry.set()
        await self._subscriber.lock.wait_release(self._options.session_seconds / 2)

    def go_on(self) -> None:
        """Partitions were assigned: pauses are allowed again."""
        self._hurry.clear()

    async def _consume(self, message: KafkaMessage) -> None:
        self._busy_since = time.perf_counter()
        try:
            await self._on_batch([as_message(record) for record in message.raw_message])
        except Exception as failure:
            self._busy_since = None
            await self._pause(failure)
            raise NackMessage from failure
        finally:
            self._busy_since = None
        self._failures = 0
        if len(message.raw_message) < FEW_RECORDS:
            await self._rest(GATHER_SECONDS)

    async def _pause(self, failure: Exception) -> None:
        self._failures += 1
        seconds = min(_FIRST_PAUSE_SECONDS * 2 ** min(self._failures - 1, 10), _LONGEST_PAUSE_SECONDS)
        _log.warning(
            "batch_failed",
            group=self.group,
            failure=type(failure).__name__,
            times=self._failures,
            again_in_seconds=seconds,
            exc_info=failure if self._failures == 1 else None,
        )
        await self._rest(seconds)

    async def _rest(self, seconds: float) -> None:
        """Wait, unless the reader is about to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Lets a running batch finish before its partitions go to somebody else; fewer repeats that way."""

    def __init__(self, reader: KafkaReader) -> None:
        self._reader = reader

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        if revoked:
            await self._reader.finish_batch()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002 - aiokafka says so
        self._reader.go_on()


async def parse(records: tuple[ConsumerRecord, ...], original: Callable[[Any], Awaitable[Any]]) -> Any:
    """FastStream's message around the records, without letting it look at their headers."""
    kept = [record.headers for record in records]
    for record in records:
        record.headers = ()
    message = await original(records)
    for record, headers in zip(records, kept, strict=True):
        record.headers = headers
    return message


async def as_it_is(message: KafkaMessage) -> KafkaMessage:
    """No decoding: the reader wants the bytes."""
    return message


def as_message(record: ConsumerRecord) -> Message:
    """The record in the port's words."""
    headers = tuple((name, value or b"") for name, value in record.headers)
    return Message(record.topic, record.partition, record.offset, record.key, record.value, headers)
