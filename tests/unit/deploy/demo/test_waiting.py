"""Waiting for an effect looks again, also when something does not answer for a moment, and not for ever."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from deploy.demo.journey.answers import Refused
from deploy.demo.journey.waiting import NotInTime, until
from shared.chassis.ports import Unavailable


def looks(*ends: object) -> Callable[[], Awaitable[object]]:
    found: Iterator[object] = iter(ends)

    async def look() -> object:
        end = next(found)
        if isinstance(end, Exception):
            raise end
        return end

    return look


async def test_what_is_not_there_yet_or_does_not_answer_is_looked_for_again() -> None:
    assert await until(looks(None, Refused(404, {}, {}), Unavailable("Kafka"), "there"), "it comes") == "there"


async def test_another_refusal_ends_the_waiting() -> None:
    with pytest.raises(Refused):
        await until(looks(Refused(403, {}, {}), "there"), "it comes")


async def test_what_never_comes_is_named_when_the_time_is_over() -> None:
    with pytest.raises(NotInTime, match="it comes"):
        await until(looks(None), "it comes", seconds=-1)
