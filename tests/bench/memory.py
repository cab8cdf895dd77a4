"""What events leave behind in the memory of a process, and how high it rises meanwhile."""

import gc
import tracemalloc
from collections.abc import Mapping

from shared.chassis.wire import topic_of
from tests.bench.ground import Ground, until
from tests.bench.homes import put_on
from tests.bench.portfolio import portfolio

EVENTS = 4_000


async def memory(ground: Ground) -> Mapping[str, float]:
    """Bytes kept by event (streams, positions and relayed revisions remembered), and the most that was held at once."""
    prefix = f"{ground.name('memory')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    sender = await ground.sender()
    await put_on(sender, topic_of(prefix, "enrolment"), range(EVENTS))
    await sender.stop()
    async with portfolio(ground, prefix) as assembled:
        assembled.subscribe()
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        await assembled.around.broker.start()
        await until(lambda: assembled.relay.published >= EVENTS, "every home has its portfolio", 300)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return {"memory_kept_bytes_per_event": (after - before) / EVENTS, "memory_peak_mb": peak / 1e6}
