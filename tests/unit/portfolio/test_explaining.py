"""Why, and why not yet; and what an accreditation was on any day."""

from collections.abc import Sequence
from datetime import date

import pytest

from services.portfolio.queries.explain import explained
from services.portfolio.queries.status import StatusQuestion, status_on
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.query import Told
from shared.events.portfolio import AccreditationLapsed, AccreditationPutUnderReview
from tests.unit.portfolio.domain.test_reaccreditation import reminded
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    ATTESTED,
    COVERED,
    EARNED,
    ENROLMENT_ID,
    HOME_ID,
    NOW,
    OPENED,
    READY,
    RECORD,
    REQUIREMENTS,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    filled,
    granted,
)

BY_POLICY = (type(filled(STATEMENT)), type(COVERED))


def history(events: Sequence[Event]) -> list[Told]:
    told = enumerate(events)
    return [
        Told(
            id=f"event-{at}",
            event=event,
            at=NOW,
            actor_id="somebody",
            causation_id=f"cause-{at}" if isinstance(event, BY_POLICY) else None,
        )
        for at, event in told
    ]


LOG = history([OPENED, filled(STATEMENT), filled(RECORD), READY, ATTESTED, SIGNED, SIGNED_OFF, COVERED, EARNED])


def test_each_condition_names_the_events_that_prove_it() -> None:
    portfolio, conditions = explained(LOG, REQUIREMENTS)
    assert portfolio.earned
    assert {each.key: each.facts for each in conditions} == {
        f"requirement:{STATEMENT.key}": ("event-1", "cause-1"),
        f"requirement:{RECORD.key}": ("event-2", "cause-2"),
        "coverage": ("cause-7",),
        "attestation": ("event-4",),
        "sign-off": ("event-5",),
    }


@pytest.mark.parametrize("at", [1, 2, 4, 5, 7])
def test_without_a_cited_event_exactly_that_condition_is_not_met(at: int) -> None:
    _, whole = explained(LOG, REQUIREMENTS)
    _, conditions = explained([told for told in LOG if told is not LOG[at]], REQUIREMENTS)
    cited = [each.key for each in whole if {f"event-{at}", f"cause-{at}"} & set(each.facts)]
    assert [each.key for each in conditions if not each.met] == cited
    assert len(cited) == 1
    assert all(not each.facts for each in conditions if not each.met)


LAPSED = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))
REVIEW = AccreditationPutUnderReview(
    accreditation_id=ACCREDITATION_ID,
    home_id=HOME_ID,
    home_name="Bryn Awel",
    enrolment_id=ENROLMENT_ID,
    reason="attendance-voided",
    cause_event_id="void-1",
    since=date(2026, 12, 1),
)


@pytest.mark.parametrize(
    ("on", "status", "because", "review"),
    [
        (date(2026, 9, 13), "none", None, False),
        (date(2026, 9, 14), "granted", "event-0", False),
        (date(2026, 12, 1), "granted", "event-0", True),
        (date(2027, 8, 14), "due", "event-2", True),
        (date(2027, 10, 13), "due", "event-2", True),
        (date(2027, 10, 14), "lapsed", "event-3", True),
    ],
)
def test_the_status_of_any_day_names_the_event_that_made_it_so(
    on: date, status: str, because: str | None, review: bool
) -> None:
    log = history([granted(), REVIEW, reminded(2), LAPSED])
    found = status_on(StatusQuestion(accreditation_id=ACCREDITATION_ID, on=on), HOME_ID, log)
    assert (found.status, found.because and found.because.event_id) == (status, because)
    assert (found.under_review is not None, found.accredited) == (review, status in ("granted", "due"))
    assert found.in_grace == (date(2027, 9, 13) < on < date(2027, 10, 14))
