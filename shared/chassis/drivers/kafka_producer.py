"""Sends records and waits until they are safe.

aiokafka's idempotent producer has four habits that are dealt with here. It waits for ever when Kafka is away, in
sending as in stopping: both are bounded. It calls a topic unknown when Kafka is away: it is asked. After the broker
refused a batch its numbering has a gap and nothing gets through any more: it is replaced. It may still send later
what was given up: that makes a repeat, which readers ignore.
"""

import asyncio
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from shared.chassis.drivers.kafka_errors import FAILURES, judged
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Headers, Rejected, Unavailable

LINGER_MS = 2
BATCH_BYTES = 128 * 1024
RECORD_BYTES = (
    1_000_000  # just below the broker's own limit, so that too large a record is refused before it burns a number
)
_LAST_MOMENT_SECONDS = 2.0
_LOOKS_FOR_TOPIC = 5

_log = structlog.get_logger(__name__)


class KafkaProducer:
    """Many sends at once share requests; each returns when its own record is acknowledged."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._wanted = False
        self._current: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Raises Unavailable; may then be called again."""
        self._wanted = True
        await self._ready()

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Return once all in-sync replicas have the record. Raises Unavailable or Rejected."""
        try:
            async with asyncio.timeout(self._options.send_seconds):
                producer = await self._ready()
                await _known(producer, topic)
                await self._deliver(producer, topic, key, value, headers)
        except TimeoutError as late:
            raise Unavailable("Kafka did not acknowledge in time") from late

    async def stop(self) -> None:
        """Send what is on its way, as far as that goes in a moment, and disconnect."""
        self._wanted = False
        current, self._current = self._current, None
        if current is not None:
            await _close(current, self._options.stop_seconds / 2)
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=_LAST_MOMENT_SECONDS)

    async def _deliver(
        self, producer: AIOKafkaProducer, topic: str, key: bytes, value: bytes | None, headers: Headers
    ) -> None:
        handed_over = False
        try:
            delivery = await producer.send(topic, value=value, key=key, headers=list(headers))
            handed_over = True
            await delivery
        except KafkaError as error:
            verdict = judged(error)
            if not error.retriable and (handed_over or isinstance(verdict, Unavailable)):
                self._retire(producer)
            raise verdict from error

    async def _ready(self) -> AIOKafkaProducer:
        if self._current is not None:
            return self._current
        async with self._opening:
            if not self._wanted:
                raise Unavailable("the producer is not started")
            if self._current is None:
                self._current = await self._open()
            return self._current

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._options.for_client(),
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            max_batch_size=BATCH_BYTES,
            max_request_size=RECORD_BYTES,
            request_timeout_ms=int(self._options.send_seconds * 1000),
        )
        try:
            async with asyncio.timeout(self._options.send_seconds / 2):
                await producer.start()
        except FAILURES as error:
            raise judged_away(error) from error
        else:
            opened, producer = producer, None
            return opened
        finally:
            if producer is not None:
                self._let_go(producer)

    def _retire(self, producer: AIOKafkaProducer) -> None:
        if self._current is producer:
            self._current = None
            self._let_go(producer)

    def _let_go(self, producer: AIOKafkaProducer) -> None:
        leaving = asyncio.create_task(_close(producer, self._options.send_seconds / 2))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


def judged_away(error: BaseException) -> Unavailable:
    """A failure to connect: always worth another try."""
    return Unavailable(f"Kafka: {type(error).__name__}")


async def _known(producer: AIOKafkaProducer, topic: str) -> None:
    """Return when the topic is known. Raises Rejected only when the broker itself says that there is none."""
    cluster: Any = producer.client.cluster
    if cluster.partitions_for_topic(topic) is not None:
        return
    for _ in range(_LOOKS_FOR_TOPIC):
        producer.client.add_topic(topic)
        if not await producer.client.force_metadata_update():
            raise Unavailable("Kafka does not answer")
        if topic in cluster.unauthorized_topics:
            raise Rejected("TopicAuthorizationFailedError")
        if cluster.partitions_for_topic(topic) is not None:
            return
        await asyncio.sleep(0.1)
    raise Rejected("UnknownTopicOrPartitionError")


async def _close(producer: AIOKafkaProducer, seconds: float) -> None:
    stopping = asyncio.create_task(producer.stop())
    done, _ = await asyncio.wait([stopping], timeout=seconds)
    if not done:
        # what still waits is told so; otherwise stop() would wait for it for ever
        producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001 - it has no public way
        done, _ = await asyncio.wait([stopping], timeout=_LAST_MOMENT_SECONDS)
    failure = stopping.exception() if done else TimeoutError()
    if failure is not None:
        _log.warning("producer_stop_cut_off", failure=type(failure).__name__)
        stopping.cancel()
        producer._sender.sender_task.cancel()  # noqa: SLF001 - likewise: it would go on trying
        await producer.client.close()
