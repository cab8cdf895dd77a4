"""A catch-up is booked before it is done, and the booking falls away with what it was for."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.enrolment.domain.catch_up import CatchUpNotAllowed
from services.enrolment.domain.catch_up_booking import (
    BookCatchUp,
    CancelCatchUp,
    NobodyToCatchUp,
    NothingMissing,
    NotToCome,
    NotUnderWay,
)
from services.enrolment.domain.completion import NoteAttendance
from services.enrolment.domain.enrolment import EnrolmentOver, EnrolmentUnknown
from services.enrolment.domain.leaving import WithdrawEnrolment
from services.enrolment.domain.representatives import EndRepresentative
from services.enrolment.domain.workshop_state import Workshop
from services.enrolment.service import ENROLMENTS
from shared.events.enrolment import (
    AttendanceNoted,
    CatchUpBooked,
    CatchUpBookingCancelled,
    CaughtUp,
    EnrolmentWithdrawn,
    RepresentativeEnded,
    WorkshopCovered,
)
from tests.support.enrolment_story import PLACED, READY, STARTS_ON, WORKSHOP_STARTS
from tests.support.scenario import NOW, Scenario

ANNA: dict[str, Any] = {"enrolment_id": "enrolment-1", "person_id": "anna", "code": "ON"}
ALONE = BookCatchUp(**ANNA, method="one-to-one")
LATER = BookCatchUp(**ANNA, method="later-cohort", via_workshop_id="w2")
CANCEL = CancelCatchUp(**ANNA)
WHOSE: dict[str, Any] = {**ANNA, "home_id": "home-1"}
BOOKED = CatchUpBooked(**WHOSE, method="one-to-one")
CANCELLED = CatchUpBookingCancelled(**WHOSE)
COVERED = NoteAttendance(**ANNA, attendance_id="a1", on=STARTS_ON)
TO_COME = Workshop(workshop_id="w2", cohort_id="cohort-b", code="ON", starts_at=WORKSHOP_STARTS)
placed = Scenario(ENROLMENTS).given(*PLACED).knowing(other=TO_COME)


def test_somebody_is_going_to_catch_up_with_a_facilitator_alone() -> None:
    placed.when(ALONE).then(BOOKED)
    placed.given(BOOKED).when(ALONE).then_nothing()


def test_at_another_cohorts_workshop_its_time_is_told_and_it_takes_the_place_of_what_was_booked() -> None:
    there = BOOKED.model_copy(
        update={
            "method": "later-cohort",
            "via_workshop_id": "w2",
            "via_cohort_id": "cohort-b",
            "starts_at": WORKSHOP_STARTS,
        }
    )
    state = placed.given(BOOKED).when(LATER).then(there).state
    assert list(state.catch_ups.values()) == [there]


@pytest.mark.parametrize(
    "via",
    [
        None,
        TO_COME.model_copy(update={"code": "S1"}),
        TO_COME.model_copy(update={"cohort_id": "cohort-a"}),
        TO_COME.model_copy(update={"cancelled": True}),
        TO_COME.model_copy(update={"starts_at": NOW}),
    ],
)
def test_only_the_same_workshop_of_another_cohort_that_is_to_come_is_booked(via: Workshop | None) -> None:
    placed.knowing(other=via).when(LATER).then_refused(NotToCome, field="via_workshop_id")


def test_a_workshop_is_named_for_a_later_cohort_and_for_nothing_else() -> None:
    placed.when(LATER.model_copy(update={"via_workshop_id": None})).then_refused(NotToCome)
    placed.when(ALONE.model_copy(update={"via_workshop_id": "w2"})).then_refused(NotToCome)


def test_only_ways_that_the_version_offers_are_booked() -> None:
    recording = ALONE.model_copy(update={"method": "recording"})
    placed.when(recording).then_refused(CatchUpNotAllowed, field="method")


def test_only_what_the_person_has_not_covered_and_must_is_booked() -> None:
    done = placed.given(AttendanceNoted(**ANNA, attendance_id="a1", on=STARTS_ON))
    done.when(ALONE).then_refused(NothingMissing, field="code", codes=["S1", "OFF"])
    optional = ALONE.model_copy(update={"code": "X1"})
    placed.when(optional).then_refused(NothingMissing, field="code")


def test_only_who_represents_a_home_that_has_its_place_books() -> None:
    stranger = ALONE.model_copy(update={"person_id": "zoe"})
    placed.when(stranger).then_refused(NobodyToCatchUp, field="person_id")
    Scenario(ENROLMENTS).given(*READY).when(ALONE).then_refused(NotUnderWay, status="applied")
    Scenario(ENROLMENTS).when(ALONE).then_refused(EnrolmentUnknown)


def test_what_was_booked_is_cancelled_once() -> None:
    placed.given(BOOKED).when(CANCEL).then(CANCELLED)
    placed.given(BOOKED, CANCELLED).when(CANCEL).then_nothing()


def test_who_has_caught_up_has_nothing_booked_any_more() -> None:
    answer = placed.given(BOOKED).when(COVERED)
    answer.then_happened(AttendanceNoted, CaughtUp, WorkshopCovered)
    assert answer.state.catch_ups == {}
    placed.when(COVERED).then_happened(AttendanceNoted, WorkshopCovered)


def test_who_goes_does_not_come_to_catch_up() -> None:
    end = EndRepresentative(enrolment_id="enrolment-1", person_id="anna", reason="other", ended_on=date(2026, 1, 12))
    placed.given(BOOKED).when(end).then_happened(RepresentativeEnded, CatchUpBookingCancelled)
    bens = BOOKED.model_copy(update={"person_id": "ben"})
    placed.given(bens).when(end).then_happened(RepresentativeEnded)


def test_a_home_that_leaves_books_nothing_and_has_nothing_booked() -> None:
    leave = WithdrawEnrolment(enrolment_id="enrolment-1", reason="other")
    left = placed.given(BOOKED).at(NOW + timedelta(days=40)).when(leave)
    left.then_happened(EnrolmentWithdrawn, CatchUpBookingCancelled)
    placed.given(*left.events).when(ALONE).then_refused(EnrolmentOver)
