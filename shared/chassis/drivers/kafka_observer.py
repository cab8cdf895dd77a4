"""Looks at topics and groups without taking part."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import judged_away
from shared.chassis.drivers.kafka_reader import as_message
from shared.chassis.drivers.kafka_stopping import stopped
from shared.chassis.ports import Message, Unavailable

T = TypeVar("T")

_ANSWER_SECONDS = 5.0
_READER_ANSWER_SECONDS = 30.0
"""Who reads a whole topic also does something with each record: on a full machine an answer lies there unseen."""
_READ_MS = 1000
_SILENCES = 10
"""Looks in vain after which the broker counts as away: aiokafka itself would look for ever."""
_FETCH_WAIT_MS = 50


class KafkaObserver:
    """Answers how far a group is and what lies on a topic. Connects when first asked."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._admin: AIOKafkaAdminClient | None = None
        self._onlooker: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()

    async def ping(self) -> None:
        """Return when the broker answers. Raises Unavailable."""
        async with self._asking() as (admin, _):
            await admin.describe_cluster()

    async def lag(self, group: str, topics: Iterable[str]) -> int:
        """Records that the group has not done with on these topics. Raises Unavailable."""
        async with self._asking() as (admin, onlooker):
            done = await admin.list_consumer_group_offsets(group)
            parts = [part for topic in topics for part in await _parts(onlooker, topic)]
            first = await onlooker.beginning_offsets(parts)
            ends = await onlooker.end_offsets(parts)
        return sum(ends[part] - max(first[part], done[part].offset if part in done else 0) for part in parts)

    async def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> AsyncIterator[Message]:
        """Every record that lies there now, behind these offsets. Raises Unavailable."""
        consumer = AIOKafkaConsumer(
            **self._options.for_client(), auto_offset_reset="earliest", fetch_max_wait_ms=_FETCH_WAIT_MS
        )
        try:
            await _bounded(consumer.start())
            # All offsets before the first fetch: a fetch that waits for more holds up whatever is asked after it.
            parts = sorted(await _bounded(_parts(consumer, topic)))
            oldest = await _bounded(consumer.beginning_offsets(parts))
            ends = await _bounded(consumer.end_offsets(parts))
            first = {part: max(oldest[part], (after or {}).get(part.partition, -1) + 1) for part in parts}
            for part in (part for part in parts if first[part] < ends[part]):
                async for message in _read(consumer, part, first[part], ends[part]):
                    yield message
        finally:
            await stopped(consumer)

    async def close(self) -> None:
        """Disconnect."""
        admin, self._admin = self._admin, None
        onlooker, self._onlooker = self._onlooker, None
        if admin is not None:
            await admin.close()
        if onlooker is not None:
            await stopped(onlooker)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[tuple[AIOKafkaAdminClient, AIOKafkaConsumer]]:
        async with self._turn:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    yield await self._connected()
            except FAILURES as error:
                await self.close()
                raise judged_away(error) from error

    async def _connected(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**self._options.for_client())
            await self._admin.start()
        if self._onlooker is None:
            self._onlooker = AIOKafkaConsumer(**self._options.for_client())
            await self._onlooker.start()
        return self._admin, self._onlooker


async def _parts(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client._wait_on_metadata(topic)  # noqa: SLF001 - the public call answers from the cache only
    return [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]


async def _read(consumer: AIOKafkaConsumer, part: TopicPartition, first: int, end: int) -> AsyncIterator[Message]:
    consumer.assign([part])
    consumer.seek(part, first)
    at, silences = first, 0
    while at < end:
        batch = await _bounded(consumer.getmany(part, timeout_ms=_READ_MS))
        for record in batch.get(part, ()):
            if record.offset < end:
                yield as_message(record)
        before, at = at, await _bounded(consumer.position(part))
        silences = silences + 1 if at == before else 0
        if silences == _SILENCES:
            raise Unavailable("Kafka: nothing comes any more")


async def _bounded(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_READER_ANSWER_SECONDS):
            return await call
    except FAILURES as error:
        raise Unavailable(f"Kafka: {type(error).__name__}") from error
