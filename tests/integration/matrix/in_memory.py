"""The shop on the drivers in memory and in virtual time: a run is the same every time, and takes milliseconds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from shared.chassis import journal
from shared.chassis.cards.topic import card_topic
from shared.chassis.clock import SystemClock
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.wire import topic_of
from tests.integration.matrix.ledger import Ledger, ledger
from tests.integration.matrix.playing import Client
from tests.integration.matrix.process import Fell, Process, settings
from tests.integration.matrix.scenario import DAYS_UNTIL_OVERDUE, SHOP
from tests.support.ports.faults import Alive, Fault, Tape
from tests.support.shoe_works import NOON
from tests.support.virtual_time import run_virtually

SETTINGS = settings()
SNAPSHOT_EVERY = 2


class VirtualClock(SystemClock):
    """Shows the loop's time, from noon; days may be skipped."""

    skipped = timedelta()

    @override
    def now(self) -> datetime:
        return NOON + self.skipped + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass
class InMemory:
    """What outlives a process: the database, the topics, the time, and the courier who counts his calls."""

    tape: Tape
    store: MemoryStore = field(default_factory=MemoryStore)
    cluster: MemoryCluster = field(default_factory=lambda: MemoryCluster(2))
    clock: VirtualClock = field(default_factory=VirtualClock)
    called: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert SHOP.cards is not None
        self.cluster.create(topic_of("", "shoes"), card_topic(SHOP.cards))

    async def open(self) -> Process:
        """Start a process of the shop."""
        life = Alive()
        process = Process(self.store, MemoryBroker(self.cluster), self.clock, self._book, tape=self.tape, life=life)
        life.died = process.die
        process.start(SETTINGS)
        return process

    async def bury(self, process: Process) -> None:
        """End whatever still runs of it: in this loop there is nothing else."""
        del process
        while left := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in left:
                task.cancel()
            await asyncio.wait(left)
        self.cluster.stir()

    def days_pass(self) -> None:
        """Leap over the time to pay."""
        self.clock.skipped += timedelta(days=DAYS_UNTIL_OVERDUE)

    async def _book(self, order_id: str) -> str:
        self.called.append(order_id)
        return f"ref-{order_id}"


@dataclass(frozen=True)
class Played:
    """What came of one run."""

    tape: Tape
    ledger: Ledger


def play(fault: Fault | None = None) -> Played:
    """Play the scenario once, with this fault."""
    tape = Tape(fault)
    with capture_logs(), snapshots_often(), nothing_kept_for_good():
        return Played(tape, run_virtually(_play(tape)))


@contextmanager
def snapshots_often() -> Iterator[None]:
    """Let short streams have snapshots too, as long as the block lasts."""
    usual, journal.SNAPSHOT_EVERY = journal.SNAPSHOT_EVERY, SNAPSHOT_EVERY
    try:
        yield
    finally:
        journal.SNAPSHOT_EVERY = usual


@contextmanager
def nothing_kept_for_good() -> Iterator[None]:
    """Let what the start of a process made be thrown away again: many start and end inside this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.chassis.running.keep_what_is_there", lambda: None)
        yield


async def _play(tape: Tape) -> Ledger:
    place = InMemory(tape)
    client = Client(place)
    try:
        process = await client.play()
    except (AssertionError, TimeoutError, Fell) as why:
        return Ledger(client.answers, wrong=[f"{type(why).__name__}: {why}"])
    place.tape.stop()
    found = await ledger(process, client.answers, place.called)
    found.wrong += client.changed
    await place.bury(process)
    return found
