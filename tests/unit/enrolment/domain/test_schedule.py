"""A workshop is moved, taken online or cancelled until it is held, and each time the schedule's revision rises."""

from datetime import timedelta
from typing import Any

import pytest

from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import (
    AlreadyHeld,
    CancelWorkshop,
    GoOnline,
    MoveWorkshop,
    NothingToReplace,
    ScheduleWorkshop,
    WorkshopOff,
)
from services.enrolment.domain.workshop import WorkshopUnknown, identity
from services.enrolment.service import COHORTS, WORKSHOPS
from shared.chassis.declarations.moments import EndsBeforeItStarts
from shared.events.enrolment import AttendanceVoided, RegisterClosed, WorkshopCancelled, WorkshopScheduled
from tests.support.enrolment_story import (
    CANCELLED,
    COHORT_PLANNED,
    MOVED,
    SCHEDULED,
    WORKSHOP_ENDS,
    WORKSHOP_STARTS,
    attended,
)
from tests.support.scenario import Scenario

DAY_BEFORE = WORKSHOP_STARTS - timedelta(days=1)
WEEK = timedelta(days=7)
COHORT = Scenario(COHORTS).given(COHORT_PLANNED).state
MOVE = MoveWorkshop(
    workshop_id="workshop-s1",
    starts_at=WORKSHOP_STARTS + WEEK,
    ends_at=WORKSHOP_ENDS + WEEK,
    reason="venue-lost",
    venue="Village Hall",
)
ONLINE = GoOnline(workshop_id="workshop-s1", reason="venue-lost", join_link="https://meet.example.org/s1")
CANCEL = CancelWorkshop(workshop_id="workshop-s1", reason="facilitator-ill")
CLOSED = RegisterClosed(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", attended=0, missed=0, closed_at=WORKSHOP_ENDS
)
scheduled = Scenario(WORKSHOPS).given(SCHEDULED).knowing(cohort=COHORT).at(DAY_BEFORE)
moved = scheduled.given(MOVED)
cancelled = moved.given(CANCELLED)


def move(**changes: Any) -> MoveWorkshop:
    return MOVE.model_copy(update=changes)


def test_a_moved_workshop_says_where_it_was_and_how_much_notice_there_is() -> None:
    answer = scheduled.when(MOVE).then(MOVED)
    assert (answer.state.starts_at, answer.state.venue) == (MOVED.starts_at, "Village Hall")
    moved.when(MOVE).then_nothing()


def test_each_change_raises_the_revision() -> None:
    back = move(starts_at=WORKSHOP_STARTS, ends_at=WORKSHOP_ENDS, venue="Heswall Hall")
    states = [moved.when(back).state, moved.when(ONLINE).state, moved.when(CANCEL).state]
    assert [state.schedule_revision for state in states] == [3, 3, 3]


def test_what_a_move_does_not_name_stays() -> None:
    later = move(venue=None, starts_at=WORKSHOP_STARTS + 2 * WEEK, ends_at=WORKSHOP_ENDS + 2 * WEEK)
    state = moved.when(later).state
    assert (state.venue, state.mode, state.zone) == ("Village Hall", "in-person", "Europe/London")


def test_notice_counts_to_the_earlier_of_the_two_starts() -> None:
    sooner = move(starts_at=WORKSHOP_STARTS - timedelta(hours=3), ends_at=WORKSHOP_ENDS)
    assert scheduled.when(sooner).events[0].model_dump()["notice_hours"] == 21
    assert scheduled.at(WORKSHOP_STARTS + WEEK).when(MOVE).events[0].model_dump()["notice_hours"] == 0


def test_a_workshop_ends_after_it_starts_wherever_it_is_moved() -> None:
    scheduled.when(move(ends_at=MOVE.starts_at)).then_refused(EndsBeforeItStarts, field="ends_at")


def test_a_workshop_goes_online_at_its_time() -> None:
    answer = scheduled.when(ONLINE)
    state = answer.state
    assert (state.mode, state.venue, state.join_link) == ("online", None, "https://meet.example.org/s1")
    assert state.starts_at == WORKSHOP_STARTS
    told = answer.events[0].model_dump()
    assert (told["earlier_mode"], told["earlier_venue"], told["notice_hours"]) == ("in-person", "Heswall Hall", 24)
    scheduled.given(*answer.events).when(ONLINE).then_nothing()


def test_a_cancelled_workshop_is_over() -> None:
    at_the_door = moved.at(MOVED.starts_at)
    at_the_door.when(CANCEL).then(CANCELLED)
    cancelled.when(CANCEL).then_nothing()
    for command in (MOVE, ONLINE):
        cancelled.when(command).then_refused(WorkshopOff)


def test_of_a_cancelled_workshop_nobody_is_absent() -> None:
    attendance = RecordAttendance(
        workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="absent"
    )
    later = cancelled.at(MOVED.ends_at)
    later.when(attendance).then_refused(WorkshopOff)
    later.when(CloseRegister(workshop_id="workshop-s1")).then_refused(WorkshopOff)


def test_cancelling_at_the_door_voids_what_the_register_says_already() -> None:
    answer = scheduled.given(attended()).at(WORKSHOP_STARTS).when(CANCEL)
    answer.then_happened(AttendanceVoided, WorkshopCancelled)
    assert answer.state.attendances == {}


@pytest.mark.parametrize("command", [MOVE, ONLINE])
def test_what_was_held_is_neither_moved_nor_taken_online(command: Any) -> None:
    scheduled.given(attended()).when(command).then_refused(AlreadyHeld)
    scheduled.given(CLOSED).when(command).then_refused(AlreadyHeld)


def test_what_was_held_to_the_end_is_not_cancelled() -> None:
    scheduled.given(CLOSED).when(CANCEL).then_refused(AlreadyHeld)


def test_a_cancelled_workshop_is_made_up_for_by_another() -> None:
    again = ScheduleWorkshop(
        workshop_id="new",
        cohort_id="cohort-a",
        code="S1",
        starts_at=MOVED.starts_at + WEEK,
        ends_at=MOVED.ends_at + WEEK,
        replaces_workshop_id="workshop-s1",
    )
    assert identity(again, "here") == CANCELLED.replacement_workshop_id
    new = Scenario(WORKSHOPS).knowing(cohort=COHORT)
    new.knowing(other=cancelled.state).when(again).then_happened(WorkshopScheduled)
    for other in (None, moved.state, cancelled.state.model_copy(update={"code": "ON"})):
        new.knowing(other=other).when(again).then_refused(NothingToReplace, field="replaces_workshop_id")


def test_a_workshop_nobody_scheduled_is_unknown() -> None:
    Scenario(WORKSHOPS).when(MOVE).then_refused(WorkshopUnknown)
