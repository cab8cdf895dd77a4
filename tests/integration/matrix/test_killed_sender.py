"""V03: killed between commit and publication, a hundred times, each time a real process and a real SIGKILL.

Half of them die before the event has left, half when the broker has it and the journal does not know. What is killed at
every other call, how often, and what else shows the row: docs/reliability.md.
"""

import asyncio
import signal
from collections import Counter as Tally
from collections.abc import AsyncIterator, Sequence
from itertools import cycle
from typing import get_args

import pytest

from shared.chassis.auditing import audit
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from tests.integration.matrix.pool import server
from tests.integration.matrix.sender import Counter, FaultPoint, OnTopic, at_work, take_an_order
from tests.support.eventually import eventually
from tests.support.shoe_works import Works
from tests.support.stack import Stack

KILLS = 100
SIDE_BY_SIDE = 10
STILL_SECONDS = 100.0
UNSENT = {"relayed": False}


@pytest.fixture
async def counter(stack: Stack, database_name: str) -> Counter:
    """Give a counter with a topic."""
    made = Counter(stack.mongo, stack.kafka, database_name)
    await create_topics(made.options(), [kept_for_ever(made.topic, 2, 1)])
    return made


@pytest.fixture
async def broker(counter: Counter) -> AsyncIterator[KafkaBroker]:
    """Give a connection to the counter's broker."""
    opened = KafkaBroker(counter.options())
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def heir(counter: Counter, broker: KafkaBroker) -> AsyncIterator[Works]:
    """Give the process that comes after all the others."""
    works = await at_work(counter, OnTopic(broker, counter.topic))
    yield works
    await works.store.close()


async def test_V03_killed_a_hundred_times_at_the_fault_point_it_has_sent_what_it_has_committed(
    counter: Counter, heir: Works, broker: KafkaBroker
) -> None:
    points = list(zip(range(KILLS), cycle(get_args(FaultPoint)), strict=False))
    for first in range(0, KILLS, SIDE_BY_SIDE):
        some = points[first : first + SIDE_BY_SIDE]
        assert await asyncio.to_thread(_killed, counter, some) == {-signal.SIGKILL: len(some)}
    assert await heir.store.count(JOURNAL, UNSENT) == KILLS

    async def all_sent() -> bool:
        await heir.relay.sweep()
        await heir.relay.mark()
        return not await heir.store.count(JOURNAL, UNSENT)

    await eventually(all_sent, "what they left behind is sent", 60)
    sent = [message async for message in broker.read_all(counter.topic)]
    found = audit("shoes", await heir.store.find(JOURNAL, {}), sent)
    assert (found.violations, found.commits, found.waiting) == ([], KILLS, 0)
    assert (found.messages - found.repeats, found.repeats) == (KILLS, KILLS // 2)


def _killed(counter: Counter, some: Sequence[tuple[int, FaultPoint]]) -> Tally[int | None]:
    """How these processes ended; all from one thread, because two that look at exit codes hide them from each other."""
    processes = [server().Process(target=take_an_order, args=(counter, *each)) for each in some]
    for process in processes:
        process.start()
    for process in processes:
        process.join(STILL_SECONDS)
        if process.is_alive():
            process.terminate()
    return Tally(process.exitcode for process in processes)
