"""Somewhere brokers meet, and what was heard there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Broker, Message, Settle


def options(servers: str) -> KafkaOptions:
    return KafkaOptions(servers=servers, client="test", session_seconds=6.0, send_seconds=4.0, stop_seconds=4.0)


@dataclass
class Place:
    """Somewhere brokers meet, with one topic."""

    make: Callable[[], Broker]
    topic: str
    group: str


class Heard:
    """Remembers what came, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[Message] = []
        self.batches = 0
        self._failures = failures

    async def __call__(self, batch: Sequence[Message]) -> None:
        self.batches += 1
        if self._failures:
            self._failures -= 1
            raise RuntimeError("not now")
        self.messages.extend(batch)

    @property
    def values(self) -> list[bytes | None]:
        return [message.value for message in self.messages]


class Settled:
    """Notes how much was taken each time that it was asked to settle, and fails as long as it is told to."""

    def __init__(self, heard: Heard, *, fails: bool = False) -> None:
        self.taken: list[int] = []
        self.fails = fails
        self._heard = heard

    async def __call__(self) -> None:
        self.taken.append(len(self._heard.messages))
        if self.fails:
            raise RuntimeError("not now")


async def reading(place: Place, heard: Heard, settle: Settle | None = None) -> Broker:
    broker = place.make()
    broker.subscribe([place.topic], place.group, heard, settle)
    await broker.start()
    return broker
