"""How many events a second go through: read from a topic, a policy's command committed, its event published.

`./sixsteps test --ring bench -- -s` prints the figure. Nothing here is asserted about time.
"""

import asyncio
import time
from datetime import UTC, date, datetime

import pytest
import structlog

from services.portfolio.service import SERVICE
from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.clock import SystemClock
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever, last_value_wins
from shared.chassis.ports import Store
from shared.chassis.wire import record, topic_of
from shared.events.enrolment import HomeEnrolled
from tests.support.eventually import eventually
from tests.support.stack import Stack

EVENTS = 2_000
KEYS = KeyRing.parse(f"bench:{'A' * 43}=")


def enrolled(number: int) -> HomeEnrolled:
    """The event of one home."""
    return HomeEnrolled(
        enrolment_id=f"enrolment-{number}",
        home_id=f"home-{number}",
        home_name="Bryn Awel",
        cohort_id="cohort-1",
        version_id="version-1",
        pathway="six-steps",
        setting="care-home-nursing",
        started_on=date(2026, 1, 5),
        target_ends_on=date(2026, 9, 14),
        lead_person_id="lead-1",
        signatory_person_id="manager-1",
        representative_person_ids=("rep-1", "rep-2"),
    )


async def published(broker: KafkaBroker, topic: str) -> None:
    """Put the events on the topic, all at once."""
    sends = []
    for number in range(EVENTS):
        event = enrolled(number)
        commit = {
            "stream": f"enrolment-{number}",
            "key": event.home_id,
            "region": "north",
            "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
            "correlation": "bench",
            "causation": "bench",
            "trace": None,
        }
        row = {"id": f"event-{number}", "type": event.type_name(), "sequence": 1, "data": event.model_dump(mode="json")}
        sent = record(commit, row, "/sixsteps/bench/enrolment")
        sends.append(broker.send(topic, sent.key, sent.value, sent.headers))
    await asyncio.gather(*sends)


async def service(stack: Stack, store: Store, prefix: str) -> Assembled:
    """Portfolio over the real stack, with its topics made."""
    options = KafkaOptions(servers=stack.kafka, client="bench", session_seconds=6)
    topics = [kept_for_ever(topic_of(prefix, name), 12, 1) for name in ("enrolment", "portfolio")]
    await create_topics(options, [*topics, last_value_wins(f"{prefix}enrolment-people", 12, 1)])
    around = Around(
        store=store, broker=KafkaBroker(options), clock=SystemClock(), keys=KEYS, deployment="b", prefix=prefix
    )
    assembled = assemble(SERVICE, around)
    await assembled.prepare()
    return assembled


@pytest.mark.parametrize("opening", [open_motor_store, open_pymongo_store])
async def test_events_a_second_from_event_to_published_event(
    stack: Stack, database_name: str, topic_prefix: str, opening: object
) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    store: Store = opening(stack.mongo, database_name)  # type: ignore[operator]
    assembled = await service(stack, store, topic_prefix)
    broker = assembled.around.broker
    await broker.start()
    await published(broker, topic_of(topic_prefix, "enrolment"))  # type: ignore[arg-type]
    await broker.stop()
    assembled.subscribe()
    relaying = asyncio.create_task(assembled.relay.run(30))
    started = time.perf_counter()
    await broker.start()
    await eventually(lambda: assembled.relay.published >= EVENTS, "every home has its portfolio", 120)
    took = time.perf_counter() - started
    relaying.cancel()
    await broker.stop()
    assert await store.count(JOURNAL, {}) == EVENTS
    await store.close()
    driver = getattr(opening, "__name__", "")
    print(f"\n{driver}: {EVENTS / took:.0f} events/s end to end ({EVENTS} in {took:.1f} s)")
