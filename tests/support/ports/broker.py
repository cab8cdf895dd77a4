"""The broker port with a test in between: what is sent, what is read, and the batches that come in."""

from collections.abc import AsyncIterator, Mapping, Sequence

from shared.chassis.ports import Broker, Headers, Message, OnBatch, Settle
from tests.support.ports.faults import Life, Line, Tape


class PortBroker:
    """See `ports.Broker`. Every call goes over the tape, and so does every batch, and every settling of some.

    A batch that fails comes again: before anything was done with it, or after all was, when its offset is lost.
    """

    def __init__(self, inner: Broker, tape: Tape, life: Life) -> None:
        self._inner = inner
        self._broker = Line("broker", tape, life)
        self._producer = Line("producer", tape, life)
        self._consumer = Line("consumer", tape, life)

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        await self._producer.through("send", topic, lambda: self._inner.send(topic, key, value, headers))

    def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None = None) -> None:
        async def through(messages: Sequence[Message]) -> None:
            await self._consumer.through("on_batch", group, lambda: on_batch(messages))

        async def settled() -> None:
            if settle is not None:
                await self._consumer.through("settle", group, settle)

        self._inner.subscribe(topics, group, through, None if settle is None else settled)

    async def lag(self, group: str) -> int:
        return await self._consumer.reading("lag", group, lambda: self._inner.lag(group))

    async def start(self) -> None:
        await self._broker.through("start", "", self._inner.start)

    async def stop_reading(self) -> None:
        await self._broker.through("stop_reading", "", self._inner.stop_reading)

    async def stop(self) -> None:
        await self._broker.through("stop", "", self._inner.stop)

    async def ping(self) -> None:
        await self._broker.reading("ping", "", self._inner.ping)

    def healthy(self) -> bool:
        return self._inner.healthy()

    def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> AsyncIterator[Message]:
        return self._inner.read_all(topic, after)
