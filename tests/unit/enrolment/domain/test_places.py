"""A free place is offered to whoever applied first, counts as taken meanwhile, and goes to the next if it is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.domain.cohort import CloseCohort, OpenCohort
from services.enrolment.domain.cohort_state import CohortOver
from services.enrolment.domain.days import after_working_days
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.places import (
    CohortFull,
    ExpireOffer,
    FreePlace,
    PlaceInUse,
    TakePlace,
    TakeWaitingPlace,
)
from services.enrolment.service import COHORTS
from shared.events.enrolment import (
    CohortClosed,
    CohortOpened,
    PlaceFreed,
    PlaceTaken,
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
    WaitingPlaceTaken,
)
from tests.support.enrolment_story import COHORT_OPENED, COHORT_PLANNED, LEAD_ASSIGNED, place_taken
from tests.support.scenario import NOW, Scenario

planned = Scenario(COHORTS).given(COHORT_PLANNED, LEAD_ASSIGNED)
full = planned.given(COHORT_OPENED, place_taken("e1", 1), place_taken("e2", 0))
GONE = {"enrolment": Enrolment(enrolment_id="e1", status="withdrawn", cohort_id="cohort-a")}


def asked(kind: type[Any], enrolment_id: str) -> Any:
    return kind(cohort_id="cohort-a", enrolment_id=enrolment_id)


def waiting(scenario: Scenario, enrolment_id: str, days_ago: int) -> Scenario:
    applied = Enrolment(enrolment_id=enrolment_id, home_id=f"h-{enrolment_id}", applied_at=NOW - timedelta(days_ago))
    told = scenario.when(asked(TakeWaitingPlace, enrolment_id), {"enrolment": applied}).events
    return scenario.given(*told)


def offered(scenario: Scenario) -> list[str]:
    return [event.enrolment_id for event in scenario.history if isinstance(event, WaitingPlaceOffered)]


line = waiting(waiting(full, "e3", 5), "e4", 9)


def test_in_a_full_cohort_one_waits_once() -> None:
    full.when(asked(TakeWaitingPlace, "e3")).then_happened(WaitingPlaceTaken)
    line.when(asked(TakeWaitingPlace, "e3")).then_nothing()
    line.when(asked(TakeWaitingPlace, "e1")).then_nothing()
    assert offered(line) == []


def test_a_freed_place_is_offered_in_the_same_breath_to_whoever_applied_first() -> None:
    answer = line.when(asked(FreePlace, "e1"), GONE).then_happened(PlaceFreed, WaitingPlaceOffered)
    offer = answer.events[1]
    assert isinstance(offer, WaitingPlaceOffered)
    assert (offer.enrolment_id, offer.home_id) == ("e4", "h-e4")
    assert offer.expires_at == datetime(2026, 1, 27, tzinfo=UTC), "ten working days, to the end of the last"
    assert answer.state.places_left == 0


def test_a_place_on_offer_is_only_for_the_one_it_is_offered_to() -> None:
    freed = line.given(*line.when(asked(FreePlace, "e1"), GONE).events)
    freed.when(asked(TakePlace, "e3")).then_refused(CohortFull)
    answer = freed.when(asked(TakePlace, "e4")).then_happened(PlaceTaken)
    assert answer.state.placed == ("e2", "e4")
    assert (answer.state.offered, answer.state.places_left) == ({}, 0)
    assert not answer.state.waits("e4")


def test_an_offer_that_ran_out_goes_to_the_next_and_not_before() -> None:
    freed = line.given(*line.when(asked(FreePlace, "e1"), GONE).events)
    freed.at(datetime(2026, 1, 26, 23, tzinfo=UTC)).when(asked(ExpireOffer, "e4")).then_nothing()
    late = freed.at(datetime(2026, 1, 27, tzinfo=UTC))
    late.when(asked(ExpireOffer, "e4")).then_happened(WaitingPlaceOfferExpired, WaitingPlaceOffered)
    over = late.given(*late.when(asked(ExpireOffer, "e4")).events)
    assert offered(over) == ["e4", "e3"]
    over.when(asked(ExpireOffer, "e4")).then_nothing()


def test_who_leaves_the_line_lets_the_next_have_the_offer() -> None:
    freed = line.given(*line.when(asked(FreePlace, "e1"), GONE).events)
    freed.when(asked(FreePlace, "e4"), GONE).then_happened(WaitingPlaceLeft, WaitingPlaceOffered)
    line.when(asked(FreePlace, "e3"), GONE).then_happened(WaitingPlaceLeft)
    still = {"enrolment": Enrolment(enrolment_id="e4", status="offered", waiting_cohort_id="cohort-a")}
    freed.when(asked(FreePlace, "e4"), still).then_refused(PlaceInUse)


def test_after_the_last_workshop_for_joining_nothing_is_offered() -> None:
    late = {**GONE, "joins_until": NOW - timedelta(hours=1)}
    line.when(asked(FreePlace, "e1"), late).then_happened(PlaceFreed)


def test_a_cohort_that_opens_offers_its_places_to_those_who_wait_already() -> None:
    early = waiting(waiting(waiting(planned, "e1", 1), "e2", 3), "e3", 2)
    assert offered(early) == []
    answer = early.when(OpenCohort(cohort_id="cohort-a"))
    answer.then_happened(CohortOpened, WaitingPlaceOffered, WaitingPlaceOffered)
    assert offered(early.given(*answer.events)) == ["e2", "e3"]


def test_a_free_place_is_offered_to_who_joins_the_line_and_a_cohort_that_is_over_has_none() -> None:
    half = planned.given(COHORT_OPENED, place_taken("e1", 1))
    half.when(asked(TakeWaitingPlace, "e3")).then_happened(WaitingPlaceTaken, WaitingPlaceOffered)
    line.when(CloseCohort(cohort_id="cohort-a")).then_happened(WaitingPlaceLeft, WaitingPlaceLeft, CohortClosed)
    closed = line.given(*line.when(CloseCohort(cohort_id="cohort-a")).events)
    closed.when(asked(TakeWaitingPlace, "e5")).then_refused(CohortOver)


@pytest.mark.parametrize(
    ("moment", "days", "until"),
    [
        (datetime(2026, 1, 9, 12, tzinfo=UTC), 1, datetime(2026, 1, 13, tzinfo=UTC)),
        (datetime(2026, 1, 10, 12, tzinfo=UTC), 1, datetime(2026, 1, 13, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, tzinfo=UTC), 1, datetime(2026, 3, 30, 23, tzinfo=UTC)),
    ],
)
def test_working_days_leave_out_the_weekend_and_end_at_midnight_where_people_are(
    moment: datetime, days: int, until: datetime
) -> None:
    assert after_working_days(moment, days) == until
