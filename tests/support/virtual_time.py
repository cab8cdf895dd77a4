"""An event loop in which waiting costs nothing: when nothing is left to do, the next moment comes at once.

With the drivers in memory a run is then the same every time, and minutes of waiting pass in milliseconds.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class StandsStill(Exception):
    """Nothing is to be done and nothing is awaited: everybody waits for ever."""


class _Leaping(selectors.DefaultSelector):
    """Asks the system only when nothing else is left: nobody outside has a say in here, and asking takes time."""

    now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            if ready := super().select(0):
                return ready
            raise StandsStill
        if timeout > 0:
            self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time starts at 0 and leaps."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    @override
    def time(self) -> float:
        return self._leaping.now

    @override
    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]  # one T less
        """Do it here: while a thread is at work nothing is left to do, and days would pass."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as failure:  # noqa: BLE001 - whoever awaits it gets it
            done.set_exception(failure)
        return done


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """The result of `main`, in a loop of its own. What it leaves running is cancelled."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
