"""The event that goes in when events a second are measured: a home was enrolled."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.ports import Document
from shared.chassis.wire import Record, record
from shared.events.enrolment import HomeEnrolled

AT_ONCE = 2_000
SOURCE = "/sixsteps/bench/enrolment"


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


def message(number: int, key: str | None = None) -> Record:
    """The same as it lies on the topic; all with one `key` stand in one line."""
    event = enrolled(number)
    commit: Document = {
        "stream": f"enrolment-{number}",
        "key": key or event.home_id,
        "region": "north",
        "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "correlation": "bench",
        "causation": "bench",
        "trace": None,
    }
    row = {"id": f"event-{number}", "type": event.type_name(), "sequence": 1, "data": event.model_dump(mode="json")}
    return record(commit, row, SOURCE)


async def put_on(broker: KafkaBroker, topic: str, numbers: Iterable[int], key: str | None = None) -> None:
    """Put these homes' events on a topic."""
    waiting = list(numbers)
    for start in range(0, len(waiting), AT_ONCE):
        records = [message(number, key) for number in waiting[start : start + AT_ONCE]]
        await asyncio.gather(*(broker.send(topic, each.key, each.value, each.headers) for each in records))
