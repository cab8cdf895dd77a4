"""The register says once of each representative whether they were there, and for a while after it was closed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.register import (
    AfterWithdrawal,
    AlreadyRecorded,
    CloseRegister,
    LeftBeforeArriving,
    NotARepresentative,
    NotStarted,
    OutsideWindow,
    RecordAttendance,
    RegisterIncomplete,
)
from services.enrolment.domain.workshop import WorkshopUnknown
from services.enrolment.domain.workshop_state import attendance_id
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.chassis.declarations.moments import AbsurdDate
from shared.events.enrolment import (
    CatchUpOffered,
    EnrolmentWithdrawn,
    RegisterClosed,
    RepresentativeEnded,
    WorkshopAttended,
    WorkshopMissed,
)
from shared.events.values import CompletionRules
from tests.support.enrolment_story import PLACED, READY, SCHEDULED, WORKSHOP_STARTS, attended, enrolled
from tests.support.scenario import Answer, Scenario

AFTER = WORKSHOP_STARTS + timedelta(hours=1)
ENROLMENT = Scenario(ENROLMENTS).given(*PLACED).state
RECORD = RecordAttendance(workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="attended")
ANNA_CAME = attended(attendance_id=attendance_id("workshop-s1", "anna"))
BEN_MISSED = WorkshopMissed(
    attendance_id=attendance_id("workshop-s1", "ben"),
    workshop_id="workshop-s1",
    cohort_id="cohort-a",
    code="S1",
    enrolment_id="enrolment-1",
    home_id="home-1",
    person_id="ben",
    status="absent",
    on=date(2026, 2, 9),
    assumed=True,
)
CLOSED_AT = WORKSHOP_STARTS + timedelta(hours=4)
CLOSED = RegisterClosed(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", attended=1, missed=1, closed_at=CLOSED_AT
)
scheduled = Scenario(WORKSHOPS).given(SCHEDULED).knowing(enrolments={"enrolment-1": ENROLMENT}).at(AFTER)
closed = scheduled.given(ANNA_CAME, CLOSED)


def record(**changes: Any) -> RecordAttendance:
    return RecordAttendance.model_validate({**RECORD.model_dump(), **changes})


def offered(person_id: str) -> CatchUpOffered:
    told = BEN_MISSED.model_dump(include=set(CatchUpOffered.model_fields))
    told |= {"person_id": person_id, "attendance_id": attendance_id("workshop-s1", person_id)}
    return CatchUpOffered(**told, methods=("later-cohort", "one-to-one"), due_by=date(2026, 4, 6))


def knowing(enrolment: Enrolment) -> Scenario:
    return scheduled.knowing(enrolments={"enrolment-1": enrolment})


def covers(answer: Answer) -> bool:
    fact, *_ = answer.events
    assert isinstance(fact, WorkshopAttended)
    return fact.covers


def test_an_attendance_is_recorded_with_the_mode_of_the_workshop() -> None:
    scheduled.when(RECORD).then(ANNA_CAME)


def test_the_same_fact_again_changes_nothing_even_after_the_window() -> None:
    scheduled.given(ANNA_CAME).when(RECORD).then_nothing()
    closed.at(CLOSED_AT + timedelta(days=400)).when(RECORD).then_nothing()


def test_mode_arrival_and_leaving_are_kept() -> None:
    arrived, left = WORKSHOP_STARTS, WORKSHOP_STARTS + timedelta(hours=1)
    asked = record(status="part", mode="online", arrived=arrived, left=left)
    expected = {"status": "part", "mode": "online", "arrived": arrived, "left": left, "covers": False}
    answer = scheduled.when(asked).then(ANNA_CAME.model_copy(update=expected), offered("anna"))
    scheduled.given(*answer.events).when(asked).then_nothing()


@pytest.mark.parametrize("contradiction", [{"status": "absent"}, {"mode": "online"}, {"arrived": AFTER}])
def test_something_else_about_the_same_person_is_refused(contradiction: dict[str, Any]) -> None:
    scheduled.given(ANNA_CAME).when(record(**contradiction)).then_refused(
        AlreadyRecorded, attendance_id=ANNA_CAME.attendance_id
    )


@pytest.mark.parametrize("status", ["apologies", "absent"])
def test_who_was_not_there_missed_it(status: str) -> None:
    missed = BEN_MISSED.model_copy(update={"status": status, "assumed": False})
    scheduled.when(record(person_id="ben", status=status)).then(missed, offered("ben"))


def test_who_missed_it_may_catch_up() -> None:
    caught_up = record(person_id="ben", status="caught-up")
    answer = scheduled.given(BEN_MISSED).when(caught_up).then_happened(WorkshopAttended)
    scheduled.given(BEN_MISSED, *answer.events).when(caught_up).then_nothing()


def test_an_unknown_status_is_invalid() -> None:
    with pytest.raises(ValidationError, match="status"):
        record(status="present")


def test_caught_up_counts_and_a_part_only_when_the_version_says_so() -> None:
    assert covers(scheduled.when(record(status="caught-up")))
    assert not covers(scheduled.when(record(status="part")))
    generous = Scenario(ENROLMENTS).given(*READY, enrolled(rules=CompletionRules(part_covers=True))).state
    assert covers(knowing(generous).when(record(status="part")))


def test_nobody_attends_before_the_start() -> None:
    before = scheduled.at(WORKSHOP_STARTS - timedelta(seconds=1))
    before.when(RECORD).then_refused(NotStarted)
    before.when(CloseRegister(workshop_id="workshop-s1")).then_refused(NotStarted)
    scheduled.at(WORKSHOP_STARTS).when(RECORD).then_happened(WorkshopAttended)


def test_only_representatives_of_homes_in_the_cohort_attend() -> None:
    scheduled.when(record(person_id="stranger")).then_refused(NotARepresentative, field="person_id")
    scheduled.knowing(enrolments={}).when(RECORD).then_refused(NotARepresentative)
    elsewhere = Scenario(ENROLMENTS).given(*READY, enrolled(cohort_id="cohort-b")).state
    knowing(elsewhere).when(RECORD).then_refused(NotARepresentative)


@pytest.mark.parametrize(("day", "counts"), [(date(2026, 2, 8), False), (date(2026, 2, 9), True)])
def test_a_representative_attends_up_to_their_last_day(day: date, *, counts: bool) -> None:
    ended = RepresentativeEnded(
        enrolment_id="enrolment-1",
        home_id="home-1",
        person_id="anna",
        ended_on=day,
        reason="own-wish",
        remaining_active=1,
    )
    answer = knowing(Scenario(ENROLMENTS).given(*PLACED, ended).state).when(RECORD)
    assert (answer.refusal is None) is counts


@pytest.mark.parametrize(("day", "counts"), [(date(2026, 2, 8), False), (date(2026, 2, 9), True)])
def test_a_home_attends_up_to_its_withdrawal(day: date, *, counts: bool) -> None:
    withdrawn = EnrolmentWithdrawn(
        enrolment_id="enrolment-1",
        home_id="home-1",
        pathway="care-homes",
        reason="home-decided",
        withdrawn_on=day,
        cohort_id="cohort-a",
    )
    answer = knowing(Scenario(ENROLMENTS).given(*PLACED, withdrawn).state).when(RECORD)
    assert isinstance(answer.refusal, AfterWithdrawal) is not counts
    assert (answer.refusal is None) is counts


def test_for_some_days_after_the_closing_a_fact_is_late_and_then_too_late() -> None:
    ben = record(person_id="ben")
    in_time = closed.at(CLOSED_AT).when(ben)
    late = closed.at(CLOSED_AT + timedelta(days=7)).when(ben)
    assert [fact.model_dump()["late"] for fact in (*in_time.events, *late.events)] == [False, True]
    too_late = closed.at(CLOSED_AT + timedelta(days=7, seconds=1))
    too_late.when(ben).then_refused(OutsideWindow, late_days=7)


def test_nobody_leaves_before_they_arrive() -> None:
    wrong = record(arrived=AFTER, left=WORKSHOP_STARTS)
    scheduled.when(wrong).then_refused(LeftBeforeArriving, field="left")
    absurd = record(arrived=datetime(1900, 1, 1, tzinfo=UTC))
    scheduled.when(absurd).then_refused(AbsurdDate, field="arrived")


def test_a_register_is_closed_when_it_says_something_of_everybody() -> None:
    close = CloseRegister(workshop_id="workshop-s1", absent_person_ids=("ben",))
    scheduled.given(ANNA_CAME).at(CLOSED_AT).when(close).then(BEN_MISSED, offered("ben"), CLOSED)
    scheduled.given(ANNA_CAME, BEN_MISSED).at(CLOSED_AT).when(close).then(CLOSED)
    closed.when(close).then_nothing()


def test_a_register_that_is_silent_about_somebody_stays_open() -> None:
    close = CloseRegister(workshop_id="workshop-s1")
    scheduled.given(ANNA_CAME).when(close).then_refused(RegisterIncomplete, person_ids=["ben"])


def test_who_was_there_is_not_absent_and_strangers_are_not_listed() -> None:
    there = CloseRegister(workshop_id="workshop-s1", absent_person_ids=("anna", "ben"))
    scheduled.given(ANNA_CAME).when(there).then_refused(AlreadyRecorded)
    stranger = CloseRegister(workshop_id="workshop-s1", absent_person_ids=("ben", "stranger"))
    scheduled.given(ANNA_CAME).when(stranger).then_refused(NotARepresentative, person_id="stranger")


def test_who_left_after_missing_it_does_not_keep_the_register_open() -> None:
    close = CloseRegister(workshop_id="workshop-s1", absent_person_ids=("ben",))
    scheduled.knowing(enrolments={}).given(BEN_MISSED).when(close).then_happened(RegisterClosed)


def test_a_workshop_that_nobody_scheduled_is_unknown() -> None:
    Scenario(WORKSHOPS).when(RECORD).then_refused(WorkshopUnknown)
