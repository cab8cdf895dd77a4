"""What goes wrong, one thing at a time. Each fault says afterwards what shows that it really happened.

A fault is over when it returns: everything that it took away is back, though nobody has waited for it to recover.
"""

import asyncio
import resource
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import psutil

from deploy.local.platform import RunningService
from deploy.local.process import RunningStack
from deploy.services import NAMES
from shared.chassis.ids import new_id
from shared.chassis.ports import Put, Unavailable
from shared.chassis.wire import header
from tests.chaos.live.cutting import CUTS, Cut, CuttingProxy
from tests.chaos.live.figures import dropped_by
from tests.chaos.live.fleet import ROLES, Fleet, send
from tests.support.eventually import eventually
from tests.support.groups import reset_to_the_beginning

JUMPS = 4
NO_ROOM = "File too large"
TOLD_APART = timedelta(minutes=2)
Fault = Callable[[Fleet], Awaitable[str]]
"""Makes one thing go wrong and mends it; returns the proof. Raises AssertionError when it did not happen."""


def killed(name: str, role: str) -> Fault:
    """One role of one service is killed, and started again at once."""

    async def fault(fleet: Fleet) -> str:
        replica = fleet.those(name, role)[0]
        await asyncio.sleep(fleet.chance.uniform(0, 0.5))
        code = await asyncio.to_thread(replica.kill)
        assert code == -signal.SIGKILL, code
        replica.start()
        return f"{name} {role} ended with {code}"

    return fault


async def every_role_killed(fleet: Fleet) -> str:
    """All of them, one after the other, none of them awaited."""
    return ", ".join([await killed(name, role)(fleet) for name in NAMES for role in ROLES])


def ended(part: str) -> Fault:
    """Broker or database is killed, and started again on what lies on its disk."""

    async def fault(fleet: Fleet) -> str:
        stack = _part(fleet, part)
        before = stack.process.pid
        await asyncio.to_thread(stack.kill)
        code = stack.process.returncode
        assert code == -signal.SIGKILL, code
        await asyncio.to_thread(stack.restart)
        assert stack.process.pid != before
        return f"process {before} ended with {code}, {stack.process.pid} took over"

    return fault


def frozen(part: str, seconds: float) -> Fault:
    """Broker or database stands still: connections stay, answers do not come."""

    async def fault(fleet: Fleet) -> str:
        stack = _part(fleet, part)
        async with _stopped(stack):
            assert not await _answers(fleet, part), f"{part} answers while it is frozen"
            await asyncio.sleep(seconds)
        return f"stood still for {seconds:.0f} s, gave no answer"

    return fault


def stuttering(part: str, seconds: float) -> Fault:
    """Nine tenths of the time it stands still: what a disk that is far too slow looks like to those who ask."""

    async def fault(fleet: Fleet) -> str:
        stack, loop = _part(fleet, part), asyncio.get_running_loop()
        until, stops = loop.time() + seconds, 0
        while loop.time() < until:
            async with _stopped(stack):
                await asyncio.sleep(0.27)
            await asyncio.sleep(0.03)
            stops += 1
        return f"stood still {stops} times within {seconds:.0f} s"

    return fault


def disk_full(part: str) -> Fault:
    """No file may grow any more: every write fails, as on a full disk. Then there is room, and a restart."""

    async def fault(fleet: Fleet) -> str:
        stack = _part(fleet, part)
        process = psutil.Process(stack.process.pid)
        process.rlimit(psutil.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        await eventually(lambda: _finds_no_room(fleet, part), "a write finds no room", 60)
        await asyncio.sleep(3)
        await asyncio.to_thread(stack.kill)
        await asyncio.to_thread(stack.restart)
        return "it ended by itself" if part == "broker" else f"it said: {NO_ROOM}"

    return fault


def cut(share: float, seconds: float) -> Fault:
    """Connections are hung up on in the middle of requests and of replies: to the services, and to the database."""

    async def fault(fleet: Fleet) -> str:
        fronts, below = fleet.in_front, fleet.below
        before = _cuts(fronts), _cuts([below])
        for proxy in (*fronts, below):
            proxy.share = share if proxy is not below else share / 10
        await asyncio.sleep(seconds)
        await eventually(
            lambda: all((_cuts([below]) - before[1])[what] for what in CUTS), "the database is cut off", 30
        )
        for proxy in (*fronts, below):
            proxy.share = 0.0
        services, database = _cuts(fronts) - before[0], _cuts([below]) - before[1]
        assert all(services[what] for what in CUTS), services
        return f"services: {_told(services)}; database: {_told(database)}"

    return fault


def _cuts(proxies: Iterable[CuttingProxy]) -> Counter[Cut]:
    return sum((one.cuts for one in proxies), Counter[Cut]())


def _told(cuts: Counter[Cut]) -> str:
    return ", ".join(f"{cuts[what]} {what}" for what in CUTS)


def rebalanced(replicas: int, names: tuple[str, ...] = NAMES) -> Fault:
    """More replicas of every role join; then the first ones are killed and started again; then the new ones leave."""

    async def fault(fleet: Fleet) -> str:
        first = [one for one in fleet.replicas if one.name in names]
        more = [fleet.add(name, role) for name in names for role in ROLES for _ in range(replicas - 1)]
        await fleet.ready(more)
        for one in first:
            code = await asyncio.to_thread(one.kill)
            assert code == -signal.SIGKILL
            one.start()
        await fleet.ready(first)
        await fleet.stop(more)
        fleet.replicas = [one for one in fleet.replicas if one not in more]
        return f"{len(more)} joined, {len(first)} were killed, {len(more)} left"

    return fault


def replayed(names: tuple[str, ...] = NAMES) -> Fault:
    """The readers of these services begin again at the beginning of every topic."""

    async def fault(fleet: Fleet) -> str:
        workers = [one for name in names for one in fleet.those(name, "worker")]
        await fleet.stop(workers)
        kafka = fleet.platform.running.plan.kafka
        groups = [group for name in names for group in fleet.platform.insides[name].groups().items()]
        await asyncio.gather(*(reset_to_the_beginning(kafka, *group) for group in groups))
        for worker in workers:
            worker.start()
        await fleet.ready(workers)
        dropped = await _all_dropped(workers)
        return f"{len(groups)} groups began again, {dropped} repeats dropped"

    return fault


async def said_again(fleet: Fleet) -> str:
    """Records are put on their topics once more, in whatever order, as by producers that lost acknowledgements."""
    events = [one for one in fleet.platform.onlooker.messages if one.topic.endswith("-events")]
    chosen = fleet.chance.sample(events, min(len(events), 100))
    assert chosen
    for message in chosen:
        await fleet.platform.onlooker.say_again(message)
    return f"{len(chosen)} records repeated"


async def clock_jumped(fleet: Fleet) -> str:
    """The clock of all services is set wrong by minutes, to and fro."""
    before, jumps = fleet.clock.off, 0
    while jumps < JUMPS or abs(fleet.clock.off - before) < TOLD_APART:
        fleet.clock.jump(timedelta(minutes=fleet.chance.uniform(-10, 10)))
        jumps += 1
        await asyncio.sleep(0.5)
    seen = len(fleet.platform.onlooker.messages)
    await eventually(lambda: _stamped(fleet, seen), "an event is stamped by the clock that jumped", 60)
    return f"{jumps} jumps, events are stamped {fleet.clock.off.total_seconds():.0f} s off now"


def _stamped(fleet: Fleet, seen: int) -> bool:
    """Whether an event that came since bears about the time that the clock shows now."""
    stamps = [header(message, "time") for message in fleet.platform.onlooker.messages[seen:]]
    shown = fleet.clock.now()
    return any(abs(datetime.fromisoformat(stamp) - shown) < TOLD_APART / 2 for stamp in stamps if stamp)


async def _all_dropped(workers: list[RunningService]) -> int:
    async def some() -> int:
        return sum([await dropped_by(worker) for worker in workers])

    found: int = await eventually(some, "repeats are dropped", 60)
    return found


def _part(fleet: Fleet, part: str) -> RunningStack:
    return fleet.kafka if part == "broker" else fleet.mongo


@asynccontextmanager
async def _stopped(stack: RunningStack) -> AsyncIterator[None]:
    send(stack, signal.SIGSTOP)
    try:
        await eventually(
            lambda: psutil.Process(stack.process.pid).status() == psutil.STATUS_STOPPED, "it stands still", 5
        )
        yield
    finally:
        send(stack, signal.SIGCONT)


async def _answers(fleet: Fleet, part: str) -> bool:
    around = fleet.platform.insides["enrolment"].service.around
    ping = around.broker.ping if part == "broker" else around.store.ping
    try:
        async with asyncio.timeout(2):
            await ping()
    except (TimeoutError, Unavailable):
        return False
    return True


async def _finds_no_room(fleet: Fleet, part: str) -> bool:
    """Whether a write of our own meets the full disk: the broker ends itself for it, the database says so."""
    onlooker, store = fleet.platform.onlooker, fleet.platform.insides["enrolment"].store
    again = next(one for one in onlooker.messages if one.topic.endswith("-events"))
    said = ""
    try:
        async with asyncio.timeout(5):
            await (onlooker.say_again(again) if part == "broker" else store.write("room", [Put({"_id": new_id()})]))
    except (TimeoutError, Unavailable) as failed:
        said = str(failed.__cause__)
    return fleet.kafka.process.poll() is not None if part == "broker" else NO_ROOM in said
