"""Waiting for an effect: look again until it is there, with a deadline. Nobody sleeps for luck."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from deploy.demo.journey.answers import Refused
from shared.chassis.ports import Unavailable

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 60.0

T = TypeVar("T")


class NotInTime(Exception):
    """Something that should have come to be did not, before the deadline."""


async def until(look: Callable[[], Awaitable[T]], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, once it finds something; a thing that does not exist yet is nothing found.

    Nor is a broker that does not answer now. Looks less and less often: looking, too, is work for the platform.
    Raises NotInTime saying `what` did not come, and every Refused but a 404.
    """
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + seconds, FIRST_PAUSE_SECONDS
    while True:
        found = await _looked(look)
        if found:
            return found
        if loop.time() > deadline:
            raise NotInTime(f"Not within {seconds:.0f} s: {what}.")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


async def _looked(look: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await look()
    except Unavailable:
        return None
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return None
