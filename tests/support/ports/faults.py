"""What can go wrong at one call through a port: the caller dies, or the other side fails it.

A `Tape` notes every call of one process and of those that follow it, and lets one planned fault strike at one of them.
Calls are told apart by what is called on which collection, topic or group, and how often it was called before.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from shared.chassis.ports import Collided, Rejected, Unavailable

T = TypeVar("T")

Kind = Literal["killed before", "killed after", "unavailable", "hangs", "reply lost", "lands late"]
ALL: tuple[Kind, ...] = ("killed before", "killed after", "unavailable", "hangs", "reply lost")
AFTERWARDS: tuple[Kind, ...] = ("killed after", "reply lost")
DEADLY: tuple[Kind, ...] = ("killed before", "killed after")
OF_READS: tuple[Kind, ...] = ("killed before", "unavailable", "hangs")
"""A read changes nothing: to die after it is to die before it, and to lose its reply is to find nobody there."""


class Call(NamedTuple):
    """The `nth` call (from 0) of this method of a port on this target."""

    port: str
    method: str
    target: str
    nth: int

    def __str__(self) -> str:
        return f"{self.port}.{self.method}({self.target}) #{self.nth}"


class Fault(NamedTuple):
    """Which call goes wrong, and how."""

    call: Call
    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind} {self.call}"


class Life(Protocol):
    """The process that makes the calls."""

    @property
    def over(self) -> bool:
        """True once it has died: whatever still runs of it reaches nobody."""
        ...

    def end(self) -> None:
        """Die now."""
        ...


@dataclass
class Alive:
    """A life inside this process; `died` is called once, at the moment of death."""

    died: Callable[[], None] = lambda: None
    over: bool = False

    def end(self) -> None:
        """Die: from now on no call of this life has any effect, whatever its clean-up tries."""
        if not self.over:
            self.over = True
            self.died()


class Tape:
    """Notes the calls; `struck` says whether the planned fault has happened."""

    def __init__(self, fault: Fault | None = None, *, hang_seconds: float = 5.0) -> None:
        self.calls: list[tuple[Call, tuple[Kind, ...]]] = []
        self.fault = fault
        self.struck = False
        self.running = True
        self._hang_seconds = hang_seconds
        self._times: Counter[tuple[str, str, str]] = Counter()
        self._late: set[asyncio.Future[None]] = set()

    @property
    def points(self) -> list[Fault]:
        """Every fault that could strike at one of the calls noted."""
        return [Fault(call, kind) for call, kinds in self.calls for kind in kinds]

    def note(self, port: str, method: str, target: str, kinds: tuple[Kind, ...]) -> Kind | None:
        """Write the call down; the kind of fault that is to happen at it, if it is the one."""
        if not self.running:
            return None
        place = (port, method, target)
        call = Call(*place, self._times[place])
        self._times[place] += 1
        self.calls.append((call, kinds))
        if self.struck or self.fault is None or call != self.fault.call:
            return None
        self.struck = True
        return self.fault.kind

    def stop(self) -> None:
        """Note no more, and let nothing more happen."""
        self.running = False

    def confirm(self, port: str, method: str, target: str, kind: Kind) -> None:
        """Take note that a fault that waits for the end of its call happens now, unless its caller died before."""

    async def pace(self) -> None:
        """Take the time that a call takes on its way there, or back: none, unless somebody says otherwise."""

    def later(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Let a call that its caller has given up happen after all, some time later."""
        task = asyncio.ensure_future(_landed(work))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def hang(self) -> None:
        """Wait as long as a driver does before it gives a call up."""
        await asyncio.sleep(self._hang_seconds)


async def _landed(work: Callable[[], Awaitable[Any]]) -> None:
    with suppress(Collided, Rejected, Unavailable):  # nobody waits for its answer
        await work()


class Line:
    """The calls of one life through one port."""

    def __init__(self, port: str, tape: Tape, life: Life, kinds: tuple[Kind, ...] = ALL) -> None:
        self._port = port
        self._tape = tape
        self._life = life
        self._kinds = kinds

    async def reading(self, method: str, target: str, work: Callable[[], Awaitable[T]]) -> T:
        """Make a call that changes nothing, or fail it as planned. Raises Unavailable."""
        return await self.through(method, target, work, OF_READS)

    async def through(
        self, method: str, target: str, work: Callable[[], Awaitable[T]], kinds: tuple[Kind, ...] | None = None
    ) -> T:
        """Make the call, or fail it as planned. Raises Unavailable; a dead life's call is cancelled."""
        self._still_alive()
        kind = self._tape.note(self._port, method, target, kinds or self._kinds)
        await self._before(kind)
        if kind == "lands late":
            self._tape.later(work)
            raise Unavailable(f"{method}: gave up")
        await self._tape.pace()
        self._still_alive()
        try:
            result = await work()
        except Exception:
            await self._after(kind, method, target)
            raise
        await self._after(kind, method, target)
        return result

    def moment(self, method: str) -> None:
        """A call that takes no time and cannot fail: its caller can only die there."""
        self._still_alive()
        if self._tape.note(self._port, method, "", ("killed before",)):
            self._life.end()
            self._still_alive()

    async def _before(self, kind: Kind | None) -> None:
        if kind == "killed before":
            await self._die()
        if kind == "hangs":
            await self._tape.hang()
        if kind in ("hangs", "unavailable"):
            raise Unavailable(f"{self._port}: away")

    async def _after(self, kind: Kind | None, method: str, target: str) -> None:
        """What becomes of the reply, whatever it says."""
        await self._tape.pace()
        self._still_alive()
        if kind in AFTERWARDS:
            self._tape.confirm(self._port, method, target, kind)
        if kind == "killed after":
            await self._die()
        if kind == "reply lost":
            raise Unavailable(f"{method}: the reply was lost")

    async def _die(self) -> None:
        self._life.end()
        await asyncio.Event().wait()

    def _still_alive(self) -> None:
        if self._life.over:
            raise asyncio.CancelledError
