"""What an event costs in memory: what it holds while it is on its way, and what it leaves behind.

Python counts what is held, not what is taken and given back in between. So this tells the highest point: of thousands
that come together, shared among them, and of one that comes alone.
"""

import gc
import sys
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass

from shared.chassis.assembling import Assembled
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.wire import topic_of
from tests.bench.ground import Ground, percentile, until
from tests.bench.homes import put_on
from tests.bench.portfolio import portfolio

EVENTS = 4_000
ALONE = 20


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
        await _published(assembled, EVENTS)
        _, peak = tracemalloc.get_traced_memory()
        first = _held()
        await put_on(sender, topic, range(EVENTS, 2 * EVENTS))
        await _published(assembled, 2 * EVENTS)
        later = _held()
        alone = [await _alone(assembled, sender, topic, 2 * EVENTS + number) for number in range(ALONE)]
        tracemalloc.stop()
    await sender.stop()
    return {
        "memory_kept_bytes_per_event": (first.bytes - before.bytes) / EVENTS,
        "memory_kept_blocks_per_event": (first.blocks - before.blocks) / EVENTS,
        "memory_kept_later_bytes_per_event": (later.bytes - first.bytes) / EVENTS,
        "memory_on_its_way_bytes_per_event": (peak - before.bytes) / EVENTS,
        "memory_alone_bytes": percentile(alone, 0.5),
        "memory_peak_mb": peak / 1e6,
    }


async def _alone(assembled: Assembled, sender: KafkaBroker, topic: str, number: int) -> int:
    """How far the bytes that are held rise while one event is sent, read and answered with another."""
    _held()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    await put_on(sender, topic, [number])
    await _published(assembled, number + 1)
    _, peak = tracemalloc.get_traced_memory()
    return peak - before


async def _published(assembled: Assembled, events: int) -> None:
    await until(lambda: assembled.relay.published >= events, "every home has its portfolio", 300)


def _held() -> Held:
    gc.collect()
    return Held(tracemalloc.get_traced_memory()[0], sys.getallocatedblocks())
