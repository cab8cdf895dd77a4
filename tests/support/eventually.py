"""Waits for a condition, with a deadline: the only way a test waits."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

STEP_SECONDS = 0.02
What = str | Callable[[], str]


async def eventually(
    condition: Callable[[], Any | Awaitable[Any]],
    what: What,
    seconds: float = 20,
    *,
    every: float = STEP_SECONDS,
) -> Any:
    """What the condition says, once it is true. Raises AssertionError saying `what` did not come true in time.

    `what` may be asked for in the end, when it is known only then.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = condition()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert loop.time() < deadline, f"not within {seconds} s: {what if isinstance(what, str) else what()}"
        await asyncio.sleep(every)


async def at_rest(
    count: Callable[[], Awaitable[int | None]], what: What, seconds: float = 20, *, every: float = STEP_SECONDS
) -> None:
    """Wait until two looks in a row count the same: nothing is left to do (it would be None), and nothing comes."""
    before: int | None = None

    async def twice_the_same() -> bool:
        nonlocal before
        now = await count()
        still, before = now is not None and now == before, now
        return still

    await eventually(twice_the_same, what, seconds, every=every)
