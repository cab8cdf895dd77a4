"""Looks at topics as a stranger would: keeps every record of them, raw, in the order in which it lay there."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Message
from shared.chassis.wire import header, sequence_of, subject_of
from tests.support.offsets import Offsets


@dataclass(frozen=True)
class Seen:
    """One event as it lies on a topic. `name` is the event's class name, `message` the record with its bytes."""

    id: str
    name: str
    type: str
    region: str
    stream: str
    sequence: int
    data: dict[str, Any]
    message: Message


class Onlooker:
    """Reads some topics from their beginning, in a group of its own that meets no service's."""

    def __init__(self, kafka: str, prefix: str, topics: Sequence[str]) -> None:
        options = KafkaOptions(servers=kafka, client="onlooker", session_seconds=30.0)
        self.broker = KafkaBroker(options)
        self.messages: list[Message] = []
        self._filed: dict[tuple[str, str | None], list[Message]] = defaultdict(list)
        self._prefix = prefix
        self._group = f"{prefix}onlooker"
        self._topics = [f"{prefix}{topic}" for topic in topics]
        self._offsets = Offsets(kafka)
        self.broker.subscribe(self._topics, self._group, self._keep)

    async def _keep(self, batch: Sequence[Message]) -> None:
        self.messages += batch
        for message in batch:
            for region in {None, header(message, "region")}:
                self._filed[message.topic, region].append(message)

    async def start(self) -> None:
        """Begin to read."""
        await self.broker.start()

    async def stop(self) -> None:
        """Read no more."""
        await self.broker.stop()
        await self._offsets.close()

    async def say_again(self, message: Message) -> None:
        """Put a copy of this very record on its topic, as a producer does that lost the acknowledgement."""
        await self.broker.send(message.topic, message.key or b"", message.value, message.headers)

    async def behind(self, reading: Mapping[str, Iterable[str]]) -> dict[str, int]:
        """How many records these groups have not done with yet on the topics that they read; and the onlooker's own."""
        return await self._offsets.behind({**reading, self._group: self._topics})

    def on(self, topic: str, region: str | None = None) -> list[Message]:
        """The records of a topic, of one region or of all."""
        return list(self._filed[f"{self._prefix}{topic}", region])


def seen(message: Message) -> Seen:
    """The record in plain words. Raises ValueError for one that is no event."""
    kind = header(message, "type") or ""
    return Seen(
        id=header(message, "id") or "",
        name=kind.split(".")[-2],
        type=kind,
        region=header(message, "region") or "",
        stream=subject_of(message) or "",
        sequence=sequence_of(message) or 0,
        data=json.loads(message.value or b""),
        message=message,
    )
