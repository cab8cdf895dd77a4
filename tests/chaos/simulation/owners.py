"""Whose task it is: when a process of the simulation dies, all that it had under way ends with it."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

OWNER: ContextVar[str] = ContextVar("owner", default="")


class Owners:
    """Counts the tasks of one loop by who started them, or started what started them."""

    def __init__(self) -> None:
        self._tasks: dict[str, dict[asyncio.Task[Any], None]] = defaultdict(dict)
        factory: Any = self._make  # what a loop passes on differs from one version of Python to the next
        asyncio.get_running_loop().set_task_factory(factory)

    def _make(self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **more)
        context = more.get("context")
        owner = OWNER.get() if context is None else context.get(OWNER, "")
        tasks = self._tasks[owner]
        tasks[task] = None
        task.add_done_callback(lambda done: tasks.pop(done, None))
        return task

    async def end(self, owner: str) -> None:
        """Cancel whatever still runs for this owner, in the order in which it was started."""
        while left := list(self._tasks[owner]):
            for task in left:
                task.cancel()
            await asyncio.wait(left)
            # What these have started on their way out begins, and finds that nobody can be reached any more.
            await asyncio.sleep(0)
