"""What an event costs in memory: what it holds while it is on its way, and what it leaves behind.

Python counts what is held, not what is taken and given back in between. So this tells the highest point while thousands
come together, shared among them, and what stays: at first, and when all that a process remembers is full.
"""

import gc
import sys
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass

from shared.chassis.assembling import Assembled
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.wire import topic_of
from tests.bench.ground import Ground
from tests.bench.homes import put_on
from tests.bench.portfolio import portfolio
from tests.support.eventually import eventually

EVENTS = 4_000
FILLED = 3
"""So many times as many events, and 10,000 streams that the relay remembers are there, and all smaller memories."""


@dataclass(frozen=True)
class Held:
    """Bytes and blocks of Python's memory, without what nobody holds any more."""

    bytes: int
    blocks: int


async def memory(ground: Ground) -> Mapping[str, float]:
    """Of each event (one new stream each): the first thousands, and as many when all that is remembered is full."""
    prefix = f"{ground.name('memory')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    sender, topic = await ground.sender(), topic_of(prefix, "enrolment")
    await put_on(sender, topic, range(EVENTS))
    async with portfolio(ground, prefix) as assembled:
        assembled.subscribe()
        tracemalloc.start()
        before = _held()
        await assembled.around.broker.start()
        await _at_rest(assembled, EVENTS)
        _, peak = tracemalloc.get_traced_memory()
        first = _held()
        await _more(assembled, sender, topic, EVENTS, FILLED * EVENTS)
        full = _held()
        await _more(assembled, sender, topic, FILLED * EVENTS, (FILLED + 1) * EVENTS)
        later = _held()
        tracemalloc.stop()
    await sender.stop()
    return {
        "memory_kept_bytes_per_event": (first.bytes - before.bytes) / EVENTS,
        "memory_kept_blocks_per_event": (first.blocks - before.blocks) / EVENTS,
        "memory_kept_later_bytes_per_event": (later.bytes - full.bytes) / EVENTS,
        "memory_on_its_way_bytes_per_event": (peak - before.bytes) / EVENTS,
        "memory_peak_mb": peak / 1e6,
    }


async def _more(assembled: Assembled, sender: KafkaBroker, topic: str, first: int, end: int) -> None:
    await put_on(sender, topic, range(first, end))
    await _at_rest(assembled, end)


async def _at_rest(assembled: Assembled, events: int) -> None:
    """Return when every home has its portfolio, and no reader has anything before it."""

    async def read() -> bool:
        return assembled.relay.published >= events and not any((await assembled.readers.lag()).values())

    await eventually(read, "every event is taken by every reader", 300, every=0.5)


def _held() -> Held:
    gc.collect()
    return Held(tracemalloc.get_traced_memory()[0], sys.getallocatedblocks())
