"""What a register said of somebody may be taken back, with a reason; what is right is entered anew."""

from datetime import timedelta

from services.enrolment.domain.register import AlreadyRecorded, RecordAttendance
from services.enrolment.domain.voiding import AttendanceUnknown, VoidAttendance
from services.enrolment.domain.workshop_state import attendance_id
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.events.enrolment import AttendanceVoided, RegisterClosed, WorkshopAttended
from tests.support.enrolment_story import PLACED, SCHEDULED, WORKSHOP_ENDS, WORKSHOP_STARTS, attended
from tests.support.scenario import Scenario, document

FIRST = attendance_id("workshop-s1", "anna")
SECOND = attendance_id("workshop-s1", "anna", 1)
ANNA_CAME = attended(attendance_id=FIRST)
ANNA_ABSENT = RecordAttendance(workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="absent")
VOID = VoidAttendance(workshop_id="workshop-s1", attendance_id=FIRST, reason="wrong-person", note="It was Ben.")
VOIDED = AttendanceVoided(
    **ANNA_CAME.model_dump(include=set(AttendanceVoided.model_fields)),
    reason="wrong-person",
    note=document(VOID, "note"),
)
CLOSED = RegisterClosed(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", attended=1, missed=0, closed_at=WORKSHOP_ENDS
)
enrolment = Scenario(ENROLMENTS).given(*PLACED).state
register = Scenario(WORKSHOPS).given(SCHEDULED, ANNA_CAME).knowing(enrolments={"enrolment-1": enrolment})
register = register.at(WORKSHOP_STARTS + timedelta(hours=1))


def test_a_void_names_the_attendance_that_it_takes_back() -> None:
    register.when(VOID).then(VOIDED)


def test_what_was_voided_is_voided_once() -> None:
    register.given(VOIDED).when(VOID).then_nothing()
    unknown = VOID.model_copy(update={"attendance_id": SECOND})
    register.given(VOIDED).when(unknown).then_refused(AttendanceUnknown, field="attendance_id")


def test_a_new_entry_is_taken_after_a_void_under_an_id_of_its_own() -> None:
    register.when(ANNA_ABSENT).then_refused(AlreadyRecorded)
    answer = register.given(VOIDED).when(ANNA_ABSENT)
    assert answer.events[0].model_dump()["attendance_id"] == SECOND
    again = VOID.model_copy(update={"attendance_id": SECOND})
    register.given(VOIDED, *answer.events).when(again).then_happened(AttendanceVoided)


def test_what_was_voided_long_after_the_window_may_still_be_entered_anew() -> None:
    late = register.given(CLOSED).at(WORKSHOP_ENDS + timedelta(days=200))
    there = ANNA_ABSENT.model_copy(update={"status": "attended"})
    answer = late.given(VOIDED).when(there).then_happened(WorkshopAttended)
    assert answer.events[0].model_dump()["late"]
