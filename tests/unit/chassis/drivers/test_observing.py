"""Who reads a topic to its end is told when the broker goes away in the middle."""

from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.chassis.drivers.kafka_observer import _read
from shared.chassis.ports import Unavailable

PART = TopicPartition("shoes-events", 0)


class Silent:
    """A consumer whose broker has died: it looks as long as it is asked to, and finds nothing."""

    looks = 0

    def assign(self, parts: list[TopicPartition]) -> None:
        assert parts == [PART]

    def seek(self, part: TopicPartition, offset: int) -> None:
        assert (part, offset) == (PART, 3)

    async def position(self, _part: TopicPartition) -> int:
        return 3

    async def getmany(self, *_: Any, **__: Any) -> dict[TopicPartition, list[Any]]:
        self.looks += 1
        assert self.looks < 100
        return {}


async def test_a_reading_to_which_nothing_comes_any_more_ends() -> None:
    with pytest.raises(Unavailable):
        _ = [message async for message in _read(Silent(), PART, 3, 7)]
