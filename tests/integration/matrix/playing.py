"""Plays the scenario: a client that asks until it is answered, and somebody who starts the shop again when it died."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from shared.chassis.cards.owner import CARDS
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Unavailable
from shared.chassis.reading.projections import DEADLINES
from tests.integration.matrix.process import Died, Process
from tests.integration.matrix.scenario import AGAIN, STEPS, Answer, Pause, Step
from tests.support.eventually import at_rest, eventually

T = TypeVar("T")
LOOK_EVERY_SECONDS = 0.25
ENOUGH_SECONDS = 240.0


class Place(Protocol):
    """Where the shop runs."""

    async def open(self) -> Process:
        """Start a process of the shop."""
        ...

    async def bury(self, process: Process) -> None:
        """Clear away what is left of one that died."""
        ...

    def days_pass(self) -> None:
        """Let the clock leap over the time to pay."""
        ...


def forget(name: str, answer: Answer) -> None:
    """Write nothing down."""


@dataclass
class Client:
    """`answers` holds the first answer to each question; what is answered already is asked again in the end only.

    `write_down` is told each first answer, for a client that may die together with the shop.
    """

    place: Place
    answers: dict[str, Answer] = field(default_factory=dict)
    write_down: Callable[[str, Answer], None] = forget
    changed: list[str] = field(default_factory=list)
    process: Process | None = None

    async def play(self, steps: Sequence[Step | Pause] = STEPS) -> Process:
        """Go through the scenario, ask everything once more, and return the process that is alive in the end."""
        async with asyncio.timeout(ENOUGH_SECONDS * 4):
            for step in steps:
                await self._step(step)
            for step in AGAIN:
                await self._ask(step)
            await self._settle()
        return await self._alive()

    async def _step(self, step: Step | Pause) -> None:
        if isinstance(step, Pause):
            await self._pause(step)
        elif step.name not in self.answers:
            await self._ask(step)

    async def _ask(self, step: Step) -> None:
        answer = await self._until_answered(lambda process: process.do(step.work))
        if step.name not in self.answers:
            self.write_down(step.name, answer)
        if answer != self.answers.setdefault(step.name, answer):
            self.changed.append(f"{step.name}: first {self.answers[step.name]}, then {answer}")

    async def _until_answered(self, ask: Callable[[Process], Awaitable[Answer]]) -> Answer:
        found: tuple[Answer] = await eventually(
            lambda: self._answered(ask), "it answers", ENOUGH_SECONDS, every=LOOK_EVERY_SECONDS
        )
        return found[0]

    async def _answered(self, ask: Callable[[Process], Awaitable[T]]) -> tuple[T] | None:
        """The answer, or None of a process that died or could not be reached."""
        try:
            return (await ask(await self._alive()),)
        except Unavailable:
            return None
        except Died:
            await self._bury()
            return None

    async def _pause(self, pause: Pause) -> None:
        match pause.what:
            case "days":
                self.place.days_pass()
            case "restart":
                await self._restart()
            case _:
                await self._settle()

    async def _restart(self) -> None:
        process = await self._alive()
        with suppress(Died, Unavailable):
            await process.stop()
        await self._bury()

    async def _alive(self) -> Process:
        if self.process is None:
            self.process = await self.place.open()
        return self.process

    async def _bury(self) -> None:
        if self.process is not None:
            await self.place.bury(self.process)
        self.process = None

    async def _settle(self) -> None:
        """Wait until two looks find everything done, and nothing new between them."""
        left: dict[str, int] = {}

        async def commits() -> int | None:
            found = await self._answered(lambda process: process.do(lambda _assembled: _commits(process, left)))
            return found[0] if found else None

        await at_rest(commits, lambda: f"the shop comes to rest: {left}", ENOUGH_SECONDS, every=LOOK_EVERY_SECONDS)


async def _commits(process: Process, left: dict[str, int]) -> int | None:
    """How many there are when nothing is `left` to do; else None."""
    left.clear()
    left.update(await unrest(process))
    return None if any(left.values()) else await process.store.count(JOURNAL, {})


async def unrest(process: Process) -> dict[str, int]:
    """What is left to do, by what it is."""
    store, now = process.store, process.clock.now()
    left = {group: await process.broker.lag(group) for group in process.groups}
    left["commits to relay"] = await store.count(JOURNAL, {"relayed": False})
    left["cards to relay"] = await store.count(CARDS, {"waiting": True})
    left["moments due"] = await store.count(DEADLINES, {"asked": False, "due_at": {"$lte": now}})
    return left
