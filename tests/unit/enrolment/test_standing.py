"""Who represents a home no more does not look into it any more, in every service that shows what belongs to it."""

from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

import pytest

from services.enrolment.service import SERVICE as ENROLMENT
from services.portfolio.service import SERVICE as PORTFOLIO
from shared.chassis.declarations.moments import local_day
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.standing import Standing
from shared.events.enrolment import (
    ApplicationSubmitted,
    CommitmentRecorded,
    RegisteredManagerChanged,
    RepresentativeConfirmed,
    RepresentativeEnded,
)

DAY = date(2026, 3, 1)


def confirmed(enrolment_id: str) -> RepresentativeConfirmed:
    return RepresentativeConfirmed(enrolment_id=enrolment_id, home_id="home", person_id="anna", represents_from=DAY)


def ended(enrolment_id: str) -> RepresentativeEnded:
    return RepresentativeEnded(
        enrolment_id=enrolment_id, home_id="home", person_id="anna", ended_on=DAY, reason="other", remaining_active=0
    )


MANAGING = (
    ApplicationSubmitted(
        enrolment_id="e2",
        home_id="home",
        home_name="Bryn Awel",
        pathway="care-homes",
        applicant_person_id="anna",
        setting="other",
    ),
    CommitmentRecorded(
        enrolment_id="e2",
        home_id="home",
        signatory_person_id="anna",
        signatory_role="owner",
        wording_version="commitment-1",
        signed_on=DAY,
        version_id="v1",
    ),
    RegisteredManagerChanged(home_id="home", manager_person_id="anna", changed_on=DAY),
)


@pytest.mark.parametrize("service", [ENROLMENT, PORTFOLIO], ids=lambda service: service.name)
def test_a_home_is_closed_to_a_representative_on_their_last_day_in_its_last_enrolment(service: Service) -> None:
    view = service.standing
    assert view is not None
    assert view in service.views

    def closed(*events: RepresentativeConfirmed | RepresentativeEnded) -> frozenset[str]:
        row: Standing | None = reduce(view.fold, events, None)
        assert row is not None
        return row.lacks(DAY)["representative"]

    assert closed(confirmed("e1"), ended("e1")) == {"home"}
    assert closed(confirmed("e1"), confirmed("e2"), ended("e1")) == frozenset()
    assert closed(confirmed("e1"), ended("e1"), confirmed("e1")) == frozenset()


@pytest.mark.parametrize("service", [ENROLMENT, PORTFOLIO], ids=lambda service: service.name)
def test_a_last_day_begins_when_the_calendar_on_the_wall_says_so(service: Service) -> None:
    assert local_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), service.zone) == date(2026, 7, 1)


@pytest.mark.parametrize("service", [ENROLMENT, PORTFOLIO], ids=lambda service: service.name)
@pytest.mark.parametrize("managing", MANAGING, ids=lambda event: type(event).__name__)
def test_who_represented_one_home_and_manages_another_is_what_they_are_in_each(service: Service, managing: Any) -> None:
    view = service.standing
    assert view is not None
    other = managing.model_copy(update={"home_id": "other"})
    assert {view.key(event) for event in (confirmed("e1"), other)} == {"anna"}

    def lacks(*events: Any) -> Any:
        row: Standing | None = reduce(view.fold, events, None)
        assert row is not None
        assert row == reduce(view.fold, reversed(events), None)
        return row.lacks(DAY)

    assert lacks(confirmed("e1"), other) == {"representative": {"other"}, "manager": {"home"}}
    assert lacks(confirmed("e1"), managing) == {"representative": frozenset(), "manager": frozenset()}
    assert lacks(ended("e1"), managing) == {"representative": {"home"}, "manager": frozenset()}
