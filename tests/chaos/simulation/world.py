"""A small world: two processes of the shoe shop over one database and one broker, and somebody who makes trouble."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

from shared.chassis.clock import SystemClock
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.wire import topic_of
from tests.chaos.simulation.fate import Fate
from tests.chaos.simulation.owners import OWNER, Owners
from tests.integration.matrix.process import Process, settings
from tests.integration.matrix.scenario import SHOP
from tests.support.ports.faults import Alive
from tests.support.shoe_works import NOON

T = TypeVar("T")
SIMULATED = replace(SHOP, cards=None)
"""Without contact cards: their relay counts on a clock that is right within a minute, and this one is not."""
PROCESSES = ("first", "second")
QUIET_SECONDS = 3.0
"""The longest that a process lets what it has taken wait to be settled."""
SETTINGS = settings(tick_seconds=1.0, sweep_seconds=10.0)


class JumpingClock(SystemClock):
    """The loop's time, from noon, and what it was set wrong by."""

    def __init__(self) -> None:
        self.off = timedelta()

    @override
    def now(self) -> datetime:
        return NOON + self.off + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass
class World:
    """What outlives the processes, and the processes that live now; `left` is what was left to do at the last look."""

    fate: Fate
    owners: Owners
    store: MemoryStore = field(default_factory=MemoryStore)
    cluster: MemoryCluster = field(default_factory=lambda: MemoryCluster(2))
    clock: JumpingClock = field(default_factory=JumpingClock)
    called: list[str] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    _burials: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cluster.create(topic_of("", "shoes"))
        for name in PROCESSES:
            self.begin(name)

    def begin(self, name: str) -> None:
        """Start a process of this name."""
        self.processes[name] = self._as(name, lambda: self._process(name))

    @property
    def burying(self) -> bool:
        """Whether a process is dead now."""
        return bool(self._burials)

    def task_of(self, name: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do this as a part of that process: it ends with it."""
        task: asyncio.Task[T] = self._as(name, lambda: asyncio.ensure_future(work))
        return task

    def revision(self, stream: str) -> int:
        """How many commits there are of a stream; nobody notices the look."""
        kept, revision = self.store._in(JOURNAL), 0
        while f"{stream}:{revision + 1}" in kept:
            revision += 1
        return revision

    def _process(self, name: str) -> Process:
        life = Alive()
        broker = MemoryBroker(self.cluster, quiet_seconds=self.fate.chance.uniform(0, QUIET_SECONDS))
        process = Process(self.store, broker, self.clock, self._book, tape=self.fate, life=life, service=SIMULATED)

        def died() -> None:
            process.die()
            burial = self._as("", lambda: asyncio.ensure_future(self._bury(name)))
            self._burials.add(burial)
            burial.add_done_callback(self._burials.discard)

        life.died = died
        process.start(SETTINGS)
        return process

    async def _bury(self, name: str) -> None:
        """Clear away what is left of it, and start it again some time later."""
        await self.owners.end(name)
        await asyncio.sleep(self.fate.chance.uniform(0, 3))
        self.begin(name)

    async def _book(self, order_id: str) -> str:
        self.called.append(order_id)
        return f"ref-{order_id}"

    def _as(self, owner: str, work: Callable[[], Any]) -> Any:
        context = copy_context()
        context.run(OWNER.set, owner)
        return context.run(work)


class Trouble:
    """What happens to a world as a whole: one thing after the other, until it is told to stop.

    Each says whether it made a difference to anybody; only then it counts.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._fate = world.fate
        self._kinds: tuple[Callable[[], Coroutine[Any, Any, bool]], ...] = (
            self._broker_away,
            self._database_away,
            self._rebalanced,
            self._replayed,
            self._clock_jumps,
            self._days_pass,
        )

    async def make(self) -> None:
        """Make trouble now and then."""
        if not self._fate.rate:
            return
        while True:
            await asyncio.sleep(self._fate.chance.uniform(0, 20))
            kind = self._fate.chance.choice(self._kinds)
            if await kind():
                self._fate.counted[TROUBLES[self._kinds.index(kind)]] += 1

    async def _broker_away(self) -> bool:
        self._world.cluster.away = True
        try:
            return await self._database_away(("producer", "broker"))
        finally:
            self._world.cluster.away = False
            self._world.cluster.stir()

    async def _database_away(self, ports: tuple[str, ...] = ("store",)) -> bool:
        before = self._fate.turned_away
        self._fate.away |= set(ports)
        try:
            await asyncio.sleep(self._fate.chance.uniform(0, 15))
        finally:
            self._fate.away -= set(ports)
        return self._fate.turned_away > before

    async def _rebalanced(self) -> bool:
        """Partitions change hands while batches are at work: two believe that the same one is theirs."""
        members = self._world.cluster.members
        for group in sorted(members):
            members[group].reverse()
            self._world.cluster.reassign(group)
        return any(len(group) > 1 for group in members.values())

    async def _replayed(self) -> bool:
        """The groups begin again at the beginning."""
        begun = any(self._world.cluster.done.values())
        self._world.cluster.done.clear()
        for group in sorted(self._world.cluster.members):
            self._world.cluster.reassign(group)
        return begun

    async def _clock_jumps(self) -> bool:
        self._world.clock.off += timedelta(minutes=self._fate.chance.uniform(-10, 10))
        return True

    async def _days_pass(self) -> bool:
        self._world.clock.off += timedelta(days=3)
        return True


TROUBLES = ("broker away", "database away", "rebalanced", "replayed", "clock jumps", "days pass")
