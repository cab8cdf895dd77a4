"""Waits for a condition, with a deadline: the only way a test waits."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

STEP_SECONDS = 0.02


async def eventually(
    condition: Callable[[], Any | Awaitable[Any]],
    what: str | Callable[[], str],
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
