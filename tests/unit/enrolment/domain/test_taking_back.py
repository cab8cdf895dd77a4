"""A void is followed to the end: coverage, awards and risks are judged again, and stand again when all is well."""

from datetime import date, timedelta

from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.risks import NoteAbsence
from services.enrolment.domain.taking_back import TakeBackAttendance
from services.enrolment.service import ENROLMENTS
from shared.events.enrolment import (
    AttendanceNoted,
    AttendanceTakenBack,
    AwardPutUnderReview,
    AwardUpheld,
    CoverageCompleted,
    CoverageLost,
    EnrolmentCompleted,
    WorkshopCovered,
    WorkshopUncovered,
)
from tests.support.enrolment_story import CODES, PLACED, STARTS_ON
from tests.support.scenario import NOW, Scenario

DAY = STARTS_ON + timedelta(days=1)
now = Scenario(ENROLMENTS).given(*PLACED).at(NOW + timedelta(days=22))


def note(code: str, person: str = "anna", attempt: int = 0) -> NoteAttendance:
    attendance = f"{person}-{code}-{attempt}"
    return NoteAttendance(enrolment_id="enrolment-1", attendance_id=attendance, person_id=person, code=code, on=DAY)


def take_back(attendance_id: str) -> TakeBackAttendance:
    return TakeBackAttendance(enrolment_id="enrolment-1", attendance_id=attendance_id)


def after(scenario: Scenario, *commands: NoteAttendance | NoteSignOff | NoteAbsence | TakeBackAttendance) -> Scenario:
    for command in commands:
        scenario = scenario.given(*scenario.when(command).events)
    return scenario


SIGNED = NoteSignOff(enrolment_id="enrolment-1", portfolio_id="p", signed_off_on=date(2026, 2, 3))
completed = after(now, *(note(code) for code in CODES), SIGNED)
VOID_ON = take_back("anna-ON-0")


def test_a_void_under_coverage_and_award_is_never_silent() -> None:
    assert completed.state.status == "completed"
    answer = completed.when(VOID_ON)
    answer.then_happened(AttendanceTakenBack, WorkshopUncovered, CoverageLost, AwardPutUnderReview)
    told = answer.events[2].model_dump()
    assert (told["attendance_id"], told["missing_codes"]) == ("anna-ON-0", ("ON",))
    assert answer.state.awards_under_review == {"anna"}
    completed.given(*answer.events).when(VOID_ON).then_nothing()


def test_what_is_entered_anew_makes_it_stand_again_and_nothing_twice() -> None:
    doubted = after(completed, VOID_ON)
    answer = doubted.when(note("ON", attempt=1))
    answer.then_happened(AttendanceNoted, WorkshopCovered, CoverageCompleted, AwardUpheld)
    assert answer.state.awards_under_review == frozenset()
    told = [event for event in (*doubted.history, *answer.events) if isinstance(event, EnrolmentCompleted)]
    assert len(told) == 1


def test_a_home_stays_covered_while_somebody_else_was_there() -> None:
    both = after(completed, note("ON", "ben"))
    both.when(VOID_ON).then_happened(AttendanceTakenBack, AwardPutUnderReview)


def test_a_void_before_anything_was_concluded_only_counts_back() -> None:
    after(now, note("ON")).when(VOID_ON).then_happened(AttendanceTakenBack, WorkshopUncovered)
    now.when(VOID_ON).then_nothing()


def test_a_voided_absence_is_no_risk_any_more() -> None:
    def missed(code: str) -> NoteAbsence:
        return NoteAbsence(
            enrolment_id="enrolment-1", attendance_id=f"anna-{code}", person_id="anna", code=code, on=DAY
        )

    raised = after(now, missed("ON"), missed("S1"))
    assert "workshops-missed" in raised.state.risks
    assert "workshops-missed" not in after(raised, take_back("anna-S1")).state.risks
