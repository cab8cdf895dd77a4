"""A signed register changes only for a reason, and the change is on record beside it."""

from datetime import timedelta
from typing import Any

from services.enrolment.domain.catch_up import CatchUp
from services.enrolment.domain.register import RecordAttendance
from services.enrolment.domain.signing import ReasonNeeded, RegisterOpen, SignRegister
from services.enrolment.domain.voiding import VoidAttendance
from services.enrolment.domain.workshop_state import attendance_id
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.chassis.declarations.facts import Actor
from shared.events.enrolment import (
    AttendanceVoided,
    RegisterAmended,
    RegisterClosed,
    RegisterSigned,
    WorkshopAttended,
)
from tests.support.enrolment_story import PLACED, SCHEDULED, WORKSHOP_ENDS, attended
from tests.support.scenario import Scenario, document

ANNA_CAME = attended(attendance_id=attendance_id("workshop-s1", "anna"))
CLOSED = RegisterClosed(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", attended=1, missed=0, closed_at=WORKSHOP_ENDS
)
SIGN = SignRegister(workshop_id="workshop-s1")
SIGNED = RegisterSigned(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", signed_by_person_id="lead", signed_at=WORKSHOP_ENDS
)
enrolment = Scenario(ENROLMENTS).given(*PLACED).state
open_register = Scenario(WORKSHOPS).given(SCHEDULED, ANNA_CAME).knowing(enrolments={"enrolment-1": enrolment})
open_register = open_register.at(WORKSHOP_ENDS).by(Actor(kind="person", id="lead"))
signed = open_register.given(CLOSED, SIGNED).at(WORKSHOP_ENDS + timedelta(days=1))


def ben(**changes: Any) -> RecordAttendance:
    return RecordAttendance(
        **{"workshop_id": "workshop-s1", "enrolment_id": "enrolment-1", "person_id": "ben", "status": "attended"}
        | changes
    )


def test_a_closed_register_is_signed_once() -> None:
    open_register.when(SIGN).then_refused(RegisterOpen)
    open_register.given(CLOSED).when(SIGN).then(SIGNED)
    signed.when(SIGN).then_nothing()


def test_a_change_after_signing_needs_a_reason_and_is_an_amendment() -> None:
    signed.when(ben()).then_refused(ReasonNeeded, field="reason")
    asked = ben(reason="came-late", note="The bus.")
    answer = signed.when(asked).then_happened(WorkshopAttended, RegisterAmended)
    assert answer.events[1] == RegisterAmended(
        workshop_id="workshop-s1",
        cohort_id="cohort-a",
        code="S1",
        amendment=1,
        attendance_id=attendance_id("workshop-s1", "ben"),
        person_id="ben",
        change="recorded",
        reason="came-late",
        amended_by_person_id="lead",
        note=document(asked, "note"),
    )
    signed.given(*answer.events).when(asked).then_nothing()


def test_a_void_after_signing_is_an_amendment_too_and_they_are_counted() -> None:
    void = VoidAttendance(workshop_id="workshop-s1", attendance_id=ANNA_CAME.attendance_id, reason="wrong-person")
    first = signed.when(ben(reason="came-late")).events
    answer = signed.given(*first).when(void).then_happened(AttendanceVoided, RegisterAmended)
    told = answer.events[1].model_dump()
    assert (told["amendment"], told["change"], told["reason"]) == (2, "voided", "wrong-person")


def test_catching_up_changes_nothing_of_what_was_signed() -> None:
    signed.when(ben(status="caught-up", catch_up=CatchUp())).then_happened(WorkshopAttended)


def test_before_it_is_signed_nobody_is_asked_why() -> None:
    open_register.given(CLOSED).when(ben()).then_happened(WorkshopAttended)
