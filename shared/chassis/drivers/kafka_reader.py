"""One consumer group: batches in, and one offset commit for many of them, once they are settled.

They are settled when nothing more comes for a moment, when there are many, when some have waited long enough, and
before partitions are given up. What was taken and not settled comes again should this process die.

FastStream's defaults lose messages; what is set here keeps them. A failed batch is rewound (NACK_ON_ERROR), after a
pause that FastStream itself does not make. Headers stay the bytes they are: FastStream would choke on some, skip
the message, and answer to an address that a header names.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Message, OnBatch, Settle

FETCH_WAIT_MS = 500
MAX_RECORDS = 500
MAX_PARTITION_BYTES = 512 << 10
"""What lies ready of each partition: all of a group's partitions at once must not fill a small process."""
MAX_POLL_SECONDS = 300.0
FEW_RECORDS = 20
GATHER_SECONDS = 0.015
"""After a batch of a few records the reader rests for so long: every batch costs the same calls, however small."""

SETTLE_SECONDS = 2.0
SETTLE_RECORDS = 2_000
"""What may be repeated after a crash: the records of so many seconds, or so many records and one batch."""

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class KafkaReader:
    """Reads some topics as a member of one group."""

    def __init__(
        self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None, options: KafkaOptions
    ) -> None:
        self.topics = tuple(topics)
        self.group = group
        self._on_batch = on_batch
        self._settle = settle
        self._options = options
        self._failures = 0
        self._busy_since: float | None = None
        self._hurry = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._taken: dict[TopicPartition, int] = {}
        self._records = 0
        self._since = 0.0
        self._subscriber: Any = None

    def declare(self, engine: KafkaBroker) -> None:
        """Subscribe through this FastStream broker."""
        self._restart()
        session_ms = int(self._options.session_seconds * 1000)
        self._subscriber = engine.subscriber(
            *self.topics,
            group_id=self.group,
            batch=True,
            max_records=MAX_RECORDS,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=MAX_PARTITION_BYTES,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            no_reply=True,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 10,
            max_poll_interval_ms=int(MAX_POLL_SECONDS * 1000),
            listener=_Listener(self),
        )
        self._subscriber(self._consume)

    def healthy(self) -> bool:
        """False when its tasks died without a successor, or a batch takes longer than the group allows."""
        subscriber = self._subscriber
        if subscriber is None or subscriber.consumer is None:
            return True
        coordination = subscriber.consumer._coordinator._coordination_task  # noqa: SLF001 - there is no public sign
        alive = subscriber.running and any(not task.done() for task in subscriber.tasks)
        stuck = self._busy_since is not None and time.perf_counter() - self._busy_since > MAX_POLL_SECONDS
        return bool(alive and not coordination.done() and not stuck)

    async def finish(self, seconds: float) -> None:
        """Wait for the running batch and settle, no longer than so; from now on every batch is settled by itself."""
        self._hurry.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.settle()

    async def give_up(self) -> None:
        """Partitions are about to be taken away: finish, and no later than the group waits for us."""
        await self.finish(self._options.session_seconds / 2)

    def go_on(self) -> None:
        """Partitions were assigned: reading begins where the group is, and pauses are allowed again."""
        self._restart()

    @property
    def unsettled(self) -> bool:
        """Whether something was taken and not settled."""
        return bool(self._taken)

    async def settle(self) -> None:
        """Settle what was taken, if it can be done now; not while a batch is at work."""
        async with self._at_work:
            await self._settled()

    def _restart(self) -> None:
        self._hurry.clear()
        self._taken.clear()
        self._records = 0

    async def _consume(self, message: KafkaMessage) -> None:
        async with self._at_work:
            try:
                with self._busy():
                    await self._on_batch([as_message(record) for record in message.raw_message])
            except Exception as failure:  # whatever it was, the batch comes again
                await self._pause(failure)
                raise NackMessage from failure
            self._failures = 0
            self._take(message.raw_message)
            if self._settle is None or self._hurry.is_set() or self._enough():
                await self._settled()
        if len(message.raw_message) < FEW_RECORDS:
            await self._rest(GATHER_SECONDS)

    def _take(self, records: Sequence[ConsumerRecord]) -> None:
        self._since = self._since if self._taken else time.perf_counter()
        self._records += len(records)
        for record in records:
            part = TopicPartition(record.topic, record.partition)
            self._taken[part] = max(record.offset + 1, self._taken.get(part, 0))

    def _enough(self) -> bool:
        return self._records >= SETTLE_RECORDS or time.perf_counter() - self._since >= SETTLE_SECONDS

    async def _settled(self) -> None:
        """Settle, then commit. Whatever fails is tried again later: the offsets stay where they are."""
        if not self._taken:
            return
        try:
            with self._busy():
                if self._settle is not None:
                    await self._settle()
                await self._commit()
        except Exception as failure:  # noqa: BLE001 - likewise whatever the reader raises
            _log.warning("not_settled", group=self.group, failure=type(failure).__name__)
            await self._rest(_FIRST_PAUSE_SECONDS)

    async def _commit(self) -> None:
        """Commit the offsets of what is still ours; of what is not, the next one to have it knows."""
        taken, consumer = dict(self._taken), self._subscriber.consumer
        await consumer.commit({part: offset for part, offset in taken.items() if part in consumer.assignment()})
        self._taken = {part: offset for part, offset in self._taken.items() if taken.get(part) != offset}
        self._records = 0

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._busy_since = time.perf_counter()
        try:
            yield
        finally:
            self._busy_since = None

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
    """Lets a running batch finish and be settled before its partitions go to somebody else; fewer repeats that way."""

    def __init__(self, reader: KafkaReader) -> None:
        self._reader = reader

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        if revoked:
            await self._reader.give_up()

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
