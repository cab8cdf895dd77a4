"""From an event to a policy to a published event: ours beside what people would use instead, in turns.

Every contender gets the same events on a topic of its own, in the same broker, and stores in the same database with the
same durability; the clock runs from the moment it begins to read until its last event is acknowledged.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from statistics import median

from shared.chassis.commits import JOURNAL
from shared.chassis.wire import topic_of
from tests.bench.ground import Ground, Missing, until
from tests.bench.homes import put_on
from tests.bench.peers import outbox, raw, textbook
from tests.bench.portfolio import portfolio

ROUNDS = 3
EVENTS = 3_000
SLOW_EVENTS = 400
"""For the contenders that do one message after another."""

Contender = Callable[[Ground, str, int], Awaitable[float]]


async def ours(ground: Ground, prefix: str, events: int, *, whole: bool = False) -> float:
    """Events a second through the platform; the `whole` service also keeps its views and deadlines."""
    async with portfolio(ground, prefix, whole=whole) as assembled:
        assembled.subscribe()
        started = time.perf_counter()
        await assembled.around.broker.start()
        await until(lambda: assembled.relay.published >= events, "every home has its portfolio", 300)
        took = time.perf_counter() - started
        stored = await assembled.around.store.count(JOURNAL, {})
    if stored != events:
        raise AssertionError(f"{stored} commits for {events} events")
    return events / took


async def whole_service(ground: Ground, prefix: str, events: int) -> float:
    """Ours with everything that the service does beside."""
    return await ours(ground, prefix, events, whole=True)


async def turn(ground: Ground, contender: Contender, events: int) -> float:
    """One turn of one contender; events a second."""
    prefix = f"{ground.name('e2e')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    sender = await ground.sender()
    await put_on(sender, topic_of(prefix, "enrolment"), range(events))
    await sender.stop()
    return await contender(ground, prefix, events)


async def end_to_end(ground: Ground) -> Mapping[str, float | None]:
    """The median of several turns each, in turns, after one that warms everything up."""
    contenders: dict[str, tuple[Contender, int]] = {
        "ours": (ours, EVENTS),
        "raw": (raw.events_per_s, EVENTS),
        "textbook": (textbook.events_per_s, SLOW_EVENTS),
        "whole": (whole_service, EVENTS),
    }
    try:
        outbox.needed()
        contenders["outbox"] = (outbox.events_per_s, SLOW_EVENTS)
    except Missing as missing:
        ground.notes.append(f"faststream-outbox with PostgreSQL was skipped: {missing}")
    seen: dict[str, list[float]] = {name: [] for name in contenders}
    for round_ in range(ROUNDS + 1):
        for name, (contender, events) in contenders.items():
            rate = await turn(ground, contender, events)
            if round_:
                seen[name].append(rate)
    rates = {name: median(each) for name, each in seen.items()}
    return _figures(rates)


def _figures(rates: Mapping[str, float]) -> Mapping[str, float | None]:
    """None: it took no part."""
    outbox_rate = rates.get("outbox")
    return {
        "e2e_events_per_s": rates["ours"],
        "e2e_whole_service_events_per_s": rates["whole"],
        "e2e_raw_events_per_s": rates["raw"],
        "e2e_textbook_events_per_s": rates["textbook"],
        "e2e_ratio_raw": rates["ours"] / rates["raw"],
        "e2e_ratio_textbook": rates["ours"] / rates["textbook"],
        "e2e_outbox_pg_events_per_s": outbox_rate,
        "e2e_ratio_outbox_pg": None if outbox_rate is None else rates["ours"] / outbox_rate,
    }
