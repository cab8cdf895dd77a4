"""A history of many portfolios, as it lies on the topic: opened, then step after step."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.ports import Document
from shared.chassis.wire import Record, record
from shared.events.portfolio import PortfolioOpened, StepUnlocked
from tests.bench.homes import AT_ONCE
from tests.bench.workload import CODES

EACH = 1 + len(CODES)


async def put_history(broker: KafkaBroker, topic: str, events: int) -> None:
    """Put so many events on a topic: nine of each portfolio, in order."""
    waiting: list[Record] = []
    for each in _records(events):
        waiting.append(each)
        if len(waiting) == AT_ONCE:
            await _send(broker, topic, waiting)
            waiting = []
    await _send(broker, topic, waiting)


async def _send(broker: KafkaBroker, topic: str, records: list[Record]) -> None:
    await asyncio.gather(*(broker.send(topic, each.key, each.value, each.headers) for each in records))


def _records(events: int) -> Iterator[Record]:
    for number in range(events // EACH):
        for sequence, event in enumerate(_portfolio(number), 1):
            commit: Document = {
                "stream": f"portfolio-{number}",
                "key": f"home-{number}",
                "region": "north",
                "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
                "correlation": "bench",
                "causation": "bench",
                "trace": None,
            }
            data = event.model_dump(mode="json")
            row = {"id": f"e-{number}-{sequence}", "type": event.type_name(), "sequence": sequence, "data": data}
            yield record(commit, row, "/sixsteps/bench/portfolio")


def _portfolio(number: int) -> list[PortfolioOpened | StepUnlocked]:
    opened = PortfolioOpened(
        portfolio_id=f"portfolio-{number}",
        enrolment_id=f"enrolment-{number}",
        home_id=f"home-{number}",
        home_name="Bryn Awel",
        cohort_id="cohort-1",
        version_id="version-1",
        pathway="six-steps",
        lead_person_id="lead-1",
        signatory_person_id="manager-1",
        representative_person_ids=("rep-1", "rep-2"),
    )
    same = {"portfolio_id": opened.portfolio_id, "enrolment_id": opened.enrolment_id, "home_id": opened.home_id}
    return [opened, *(StepUnlocked(**same, step=code) for code in CODES)]
