"""Carries out in one call what is asked at the same moment.

Nobody waits for company: while calls are under way, the next group gathers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 2
LARGEST = 200


class Grouping(Generic[T, R]):
    """`carry_out` gets a group and gives, by position, what there is to say about it; raising, it fails them all.

    At most AT_ONCE groups are on their way, each of at most LARGEST. Whoever gives up waiting does not hold the group
    up.
    """

    def __init__(self, carry_out: Callable[[Sequence[T]], Awaitable[Mapping[int, R]]]) -> None:
        self._carry_out = carry_out
        self._waiting: list[tuple[T, asyncio.Future[R | None]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> R | None:
        """Have this carried out with whatever else is asked now. Raises what `carry_out` raises."""
        answer: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._go_on()
        return await answer

    def _go_on(self) -> None:
        if self._waiting and len(self._under_way) < AT_ONCE:
            task = asyncio.create_task(self._next_group())
            self._under_way.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._go_on()

    async def _next_group(self) -> None:
        await asyncio.sleep(0)  # whoever asks in the same moment comes along
        group, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
        if not group:  # another group that began in the same moment took them all
            return
        try:
            said = await self._carry_out([item for item, _ in group])
        except BaseException as failure:  # noqa: BLE001 - each of them is told, and decides
            _fail(group, failure)
            return
        for position, (_, answer) in enumerate(group):
            if not answer.done():
                answer.set_result(said.get(position))


def _fail(group: Sequence[tuple[T, asyncio.Future[R | None]]], failure: BaseException) -> None:
    for _, answer in group:
        if not answer.done():
            answer.set_exception(failure)
