"""The broker port on Kafka: FastStream reads, aiokafka's producer sends."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import structlog
from faststream import AckPolicy
from faststream.kafka import KafkaBroker as FastStream

from shared.chassis.drivers.kafka_consumer import connect_listening
from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_observer import KafkaObserver
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import KafkaProducer, judged_away
from shared.chassis.drivers.kafka_reader import KafkaReader, as_it_is, parse
from shared.chassis.logs import library_logger
from shared.chassis.ports import Headers, Message, OnBatch, Settle

_LAST_MOMENT_SECONDS = 3.0

_log = structlog.get_logger(__name__)


class KafkaBroker:
    """See `ports.Broker`. Topics must exist: `drivers.topics` makes them."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._producer = KafkaProducer(options)
        self._observer = KafkaObserver(options)
        self._readers: list[KafkaReader] = []
        self._engine: FastStream | None = None

    def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None = None) -> None:
        """Declare a reader before the start."""
        self._readers.append(KafkaReader(topics, group, on_batch, settle, self._options))

    async def start(self) -> None:
        """Connect and start the readers. Raises Unavailable; may then be called again."""
        await self._producer.start()
        if self._engine is None and self._readers:
            self._engine = await self._started()

    async def stop_reading(self) -> None:
        """Take no more, finish running batches; what hangs is cut off. Sending goes on."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await self._stopped(engine)

    async def stop(self) -> None:
        """Finish running batches, send what is on its way, disconnect; what hangs is cut off."""
        await self.stop_reading()
        await self._producer.stop()
        await self._observer.close()

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Return once all in-sync replicas have the record. Raises Unavailable or Rejected."""
        await self._producer.send(topic, key, value, headers)

    async def ping(self) -> None:
        """Return when the broker answers. Raises Unavailable."""
        await self._observer.ping()

    def healthy(self) -> bool:
        """False when a reader has died or hangs."""
        return self._engine is None or all(reader.healthy() for reader in self._readers)

    async def lag(self, group: str) -> int:
        """Records that the group has not done with, over the topics it was subscribed to here. Raises Unavailable."""
        topics = {topic for reader in self._readers if reader.group == group for topic in reader.topics}
        return await self._observer.lag(group, sorted(topics))

    def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> AsyncIterator[Message]:
        """Every record that lies on the topic now, partition by partition."""
        return self._observer.read_all(topic, after)

    async def _started(self) -> FastStream:
        engine = FastStream(
            self._options.addresses(),
            client_id=self._options.client,
            security=self._options.security.as_faststream(),
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            parser=parse,
            decoder=as_it_is,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            graceful_timeout=self._options.stop_seconds,
            logger=library_logger("faststream.kafka"),
        )
        for reader in self._readers:
            reader.declare(engine)
        try:
            async with asyncio.timeout(self._options.start_seconds):
                await connect_listening(engine, {reader.group: reader for reader in self._readers})
                await engine.start()
        except FAILURES as error:
            await self._stopped(engine)
            raise judged_away(error) from error
        except asyncio.CancelledError:
            # Left as it is, a consumer would keep its partitions and never read them.
            await self._stopped(engine)
            raise
        return engine

    async def _stopped(self, engine: FastStream) -> None:
        try:
            async with asyncio.timeout(self._options.stop_seconds + _LAST_MOMENT_SECONDS):
                await asyncio.gather(*(reader.finish(self._options.stop_seconds) for reader in self._readers))
                await engine.stop()
        except FAILURES as error:
            _log.warning("broker_stop_cut_off", failure=type(error).__name__)
