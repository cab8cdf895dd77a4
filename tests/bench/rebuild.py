"""A view rebuilt from the topic's beginning: events a second in one worker."""

import time
from collections.abc import Mapping

from shared.chassis.wire import topic_of
from tests.bench.ground import Ground
from tests.bench.histories import put_history
from tests.bench.portfolio import portfolio

EVENTS = 30_000


async def rebuild(ground: Ground) -> Mapping[str, float]:
    """Every portfolio with its steps, folded anew into an empty view; then once more over the rows that are there."""
    prefix = f"{ground.name('rebuild')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    sender = await ground.sender()
    await put_history(sender, topic_of(prefix, "portfolio"), EVENTS)
    await sender.stop()
    async with portfolio(ground, prefix) as assembled:
        await assembled.around.broker.start()
        rates = []
        for _ in range(2):
            started = time.perf_counter()
            rebuilt = await assembled.readers.rebuilding("portfolios").rebuild()
            rates.append(rebuilt.events / (time.perf_counter() - started))
    return {"rebuild_events_per_s": rates[0], "rebuild_again_events_per_s": rates[1]}
