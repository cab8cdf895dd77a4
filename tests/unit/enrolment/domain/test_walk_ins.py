"""Somebody whom nobody knew at the door is on the register by name, and later by who they are."""

from datetime import date, timedelta
from typing import Any

from services.enrolment.domain.register import (
    AlreadyRecorded,
    CloseRegister,
    NotARepresentative,
    NotStarted,
    RecordAttendance,
)
from services.enrolment.domain.schedule import WorkshopOff
from services.enrolment.domain.signing import ReasonNeeded, SignRegister
from services.enrolment.domain.walk_ins import AlreadyReconciled, ReconcileWalkIn, RecordWalkIn, WalkInUnknown
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.chassis.declarations.identity import derived_id
from shared.events.enrolment import (
    AttendanceVoided,
    RegisterAmended,
    WalkInReconciled,
    WalkInRecorded,
    WorkshopAttended,
)
from tests.support.enrolment_story import CANCELLED, PLACED, SCHEDULED, WORKSHOP_ENDS, WORKSHOP_STARTS, attended
from tests.support.scenario import Scenario, document

COME_IN = RecordWalkIn(workshop_id="workshop-s1", name="Somebody with a red scarf")
STATED_ABSENT = RecordAttendance(
    workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="absent"
)
LONG_AFTER = WORKSHOP_ENDS + timedelta(days=100)
enrolment = Scenario(ENROLMENTS).given(*PLACED).state
held = Scenario(WORKSHOPS).given(SCHEDULED).knowing(enrolments={"enrolment-1": enrolment}).at(WORKSHOP_STARTS)
RECORDED = WalkInRecorded(
    walk_in_id=derived_id("walk-in", "workshop-s1", document(COME_IN, "name").document_id),
    workshop_id="workshop-s1",
    cohort_id="cohort-a",
    code="S1",
    introduced_as=document(COME_IN, "name"),
    mode="in-person",
    on=date(2026, 2, 9),
)
there = held.given(RECORDED)
closed = there.at(WORKSHOP_ENDS)
closed = closed.given(
    *closed.when(CloseRegister(workshop_id="workshop-s1", absent_person_ids=("anna", "ben"))).events
).at(LONG_AFTER)


def reconcile(**changes: Any) -> ReconcileWalkIn:
    told = {"walk_in_id": RECORDED.walk_in_id, "person_id": "anna", "enrolment_id": "enrolment-1"}
    return ReconcileWalkIn(workshop_id="workshop-s1", **told | changes)


def test_a_walk_in_is_recorded_by_a_reference_to_the_name() -> None:
    held.when(COME_IN).then(RECORDED)
    there.when(COME_IN).then_nothing()
    held.at(WORKSHOP_STARTS - timedelta(minutes=1)).when(COME_IN).then_refused(NotStarted)
    held.given(CANCELLED).when(COME_IN).then_refused(WorkshopOff)


def test_a_walk_in_turns_out_to_be_a_representative_who_was_there() -> None:
    answer = there.when(reconcile()).then_happened(WalkInReconciled, WorkshopAttended)
    there.given(*answer.events).when(reconcile()).then_nothing()
    there.given(*answer.events).when(reconcile(person_id="ben")).then_refused(AlreadyReconciled, person_id="anna")
    assert answer.state.walk_ins[RECORDED.walk_in_id].person_id == "anna"


def test_reconciling_long_after_the_closing_takes_the_assumed_absence_back() -> None:
    answer = closed.when(reconcile()).then_happened(WalkInReconciled, AttendanceVoided, WorkshopAttended)
    assert answer.events[1].model_dump()["reason"] == "walk-in-identified"
    assert not answer.events[2].model_dump()["late"]


def test_an_absence_that_somebody_stated_is_voided_by_hand_first() -> None:
    absent = held.when(STATED_ABSENT).events
    there.given(*absent).when(reconcile()).then_refused(AlreadyRecorded)


def test_who_is_on_the_register_anyway_is_only_reconciled() -> None:
    there.given(attended()).when(reconcile()).then_happened(WalkInReconciled)


def test_a_walk_in_may_be_somebody_who_represents_nobody() -> None:
    there.when(reconcile(person_id="visitor", enrolment_id=None)).then_happened(WalkInReconciled)
    there.when(reconcile(person_id="visitor")).then_refused(NotARepresentative)


def test_a_walk_in_that_nobody_recorded_is_unknown() -> None:
    there.when(reconcile(walk_in_id="nobody")).then_refused(WalkInUnknown, field="walk_in_id")


def test_reconciling_changes_a_signed_register_for_a_reason() -> None:
    signed = closed.given(*closed.when(SignRegister(workshop_id="workshop-s1")).events)
    signed.when(reconcile()).then_refused(ReasonNeeded)
    answer = signed.when(reconcile(reason="walk-in-identified"))
    answer.then_happened(WalkInReconciled, AttendanceVoided, WorkshopAttended, RegisterAmended, RegisterAmended)
