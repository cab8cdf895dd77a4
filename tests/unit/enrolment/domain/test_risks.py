"""A home is at risk for reasons that rules find, and not any longer when the same rules do not find them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.enrolment.domain.completion import NoteAttendance
from services.enrolment.domain.placing import AlreadyCommitted, RecordCommitment
from services.enrolment.domain.risks import (
    NoteAbsence,
    NoteActivity,
    NoteManagerChange,
    ReviewCatchUps,
    ReviewEnrolment,
)
from services.enrolment.service import ENROLMENTS, PROGRAMME_VERSIONS
from shared.events.enrolment import (
    AbsenceNoted,
    ActivityNoted,
    AttendanceNoted,
    CommitmentRecorded,
    EnrolmentAtRisk,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    ManagerChangeNoted,
    SilenceReviewPlanned,
    WorkshopCovered,
)
from shared.events.values import CompletionRules
from tests.support.enrolment_story import PLACED, READY, STARTS_ON, enrolled, published
from tests.support.scenario import NOW, Scenario

ID: dict[str, Any] = {"enrolment_id": "enrolment-1"}
WORDS = {"silent": "Nothing was heard of the home.", "workshops-missed": "Two workshops were missed."}
VERSION = Scenario(PROGRAMME_VERSIONS).given(published()).state
placed = (
    Scenario(ENROLMENTS).given(*READY, enrolled(risk_words=WORDS)).knowing(version=VERSION).at(NOW + timedelta(days=30))
)
CHANGED = NoteManagerChange(**ID, manager_person_id="new", changed_on=date(2026, 2, 8))
REVIEW = ReviewEnrolment(**ID)
CAUGHT_UP = ReviewCatchUps(**ID)


def midday(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def missed(code: str, person_id: str = "anna") -> NoteAbsence:
    return NoteAbsence(**ID, attendance_id=f"{person_id}-{code}", person_id=person_id, code=code, on=STARTS_ON)


def there(code: str, person_id: str = "anna", on: date = STARTS_ON) -> NoteAttendance:
    return NoteAttendance(**ID, attendance_id=f"{person_id}-{code}", person_id=person_id, code=code, on=on)


def after(scenario: Scenario, *commands: Any) -> Scenario:
    for command in commands:
        scenario = scenario.given(*scenario.when(command).events)
    return scenario


def risk(scenario: Scenario, command: Any, *kinds: type[Any]) -> Any:
    return scenario.when(command).then_happened(*kinds).events[-1]


def test_two_workshops_that_nobody_covered_are_a_risk_until_somebody_caught_up() -> None:
    once = after(placed, missed("ON"), missed("ON", "ben"))
    raised = risk(once, missed("S1"), AbsenceNoted, EnrolmentAtRisk)
    assert (raised.reason, raised.says) == ("workshops-missed", "Two workshops were missed.")
    assert raised.review_by == raised.raised_on + timedelta(days=14)
    twice = after(once, missed("S1"))
    twice.when(missed("S1")).then_nothing()
    cleared = risk(twice, there("S1"), AttendanceNoted, WorkshopCovered, EnrolmentRiskCleared)
    assert (cleared.reason, cleared.reasons) == ("workshops-missed", ())
    assert after(twice, there("S1")).state.risks == {}


def test_a_workshop_that_another_representative_covered_was_not_missed_by_the_home() -> None:
    assert after(placed, there("ON", "ben"), missed("ON"), missed("S1")).state.risks == {}


def test_a_home_that_is_silent_for_too_long_is_at_risk_until_it_is_heard_of() -> None:
    eve = placed.at(NOW.replace(month=3, day=4))
    assert eve.now.date() == STARTS_ON + timedelta(days=30)
    planned = risk(eve, REVIEW, SilenceReviewPlanned)
    assert planned.silence_review_on == STARTS_ON + timedelta(days=31)
    day = placed.at(NOW.replace(month=3, day=5))
    raised = risk(day, REVIEW, EnrolmentAtRisk)
    assert (raised.reason, raised.says) == ("silent", "Nothing was heard of the home.")
    silent = after(day, REVIEW)
    silent.when(REVIEW).then_nothing()
    today = NoteActivity(**ID, on=day.now.date())
    cleared = risk(silent, today, ActivityNoted, EnrolmentRiskCleared)
    assert cleared.silence_review_on == day.now.date() + timedelta(days=31)
    after(silent, today).when(today).then_nothing()


def test_a_new_manager_is_a_risk_until_they_have_signed() -> None:
    raised = risk(placed, CHANGED, ManagerChangeNoted, EnrolmentAtRisk)
    assert raised.reason == raised.says == "manager-changed", "a version without words says the code"
    waiting = after(placed, CHANGED)
    waiting.when(CHANGED).then_nothing()
    sign = RecordCommitment(
        **ID,
        signatory_person_id="new",
        signatory_role="manager",
        wording_version="commitment-1",
        signed_on=date(2026, 2, 9),
    )
    other = sign.model_copy(update={"signatory_person_id": "somebody"})
    waiting.when(other).then_refused(AlreadyCommitted)
    waiting.when(sign).then_happened(CommitmentRecorded, EnrolmentRiskCleared)
    signed = after(waiting, sign)
    signed.when(sign).then_nothing()
    signed.when(other).then_refused(AlreadyCommitted)


def test_the_manager_who_comes_back_has_signed_already() -> None:
    back = NoteManagerChange(**ID, manager_person_id="manager", changed_on=date(2026, 2, 9))
    placed.when(back).then_nothing()
    cleared = risk(after(placed, CHANGED), back, ManagerChangeNoted, EnrolmentRiskCleared)
    assert cleared.reason == "manager-changed"


def test_what_was_missed_is_a_risk_after_the_last_day_to_catch_up_until_somebody_did() -> None:
    last = STARTS_ON + timedelta(days=56)
    once = after(placed, missed("ON"), NoteActivity(**ID, on=last))
    once.at(midday(last)).when(CAUGHT_UP).then_nothing()
    late = once.at(midday(last + timedelta(days=1)))
    assert risk(late, CAUGHT_UP, EnrolmentAtRisk).reason == "catch-up-overdue"
    behind = after(late, CAUGHT_UP)
    behind.when(CAUGHT_UP).then_nothing()
    cleared = risk(behind, there("ON", "ben", last), AttendanceNoted, WorkshopCovered, EnrolmentRiskCleared)
    assert cleared.reason == "catch-up-overdue"


def test_a_pause_puts_the_day_to_catch_up_off_and_where_nothing_is_offered_nothing_is_due() -> None:
    away = EnrolmentResumed(
        **ID,
        home_id="home-1",
        cohort_id="cohort-a",
        resumed_on=STARTS_ON + timedelta(days=50),
        paused_days=10,
        due_on=STARTS_ON,
        silence_review_on=STARTS_ON,
    )
    resumed = after(placed, missed("ON")).given(away)
    resumed.at(midday(STARTS_ON + timedelta(days=66))).when(CAUGHT_UP).then_nothing()
    resumed.at(midday(STARTS_ON + timedelta(days=67))).when(CAUGHT_UP).then_happened(EnrolmentAtRisk)
    strict = Scenario(ENROLMENTS).given(*READY, enrolled(rules=CompletionRules(catch_up_methods=(), silent_days=900)))
    after(strict, missed("ON")).at(midday(STARTS_ON + timedelta(days=67))).when(CAUGHT_UP).then_nothing()


def test_a_home_without_a_place_is_at_no_risk_but_its_new_manager_is_awaited() -> None:
    waiting = Scenario(ENROLMENTS).given(*READY).at(NOW + timedelta(days=90))
    waiting.when(REVIEW).then_nothing()
    waiting.when(missed("ON")).then_nothing()
    waiting.when(CHANGED).then_happened(ManagerChangeNoted)
    Scenario(ENROLMENTS).when(CHANGED).then_nothing()
    assert Scenario(ENROLMENTS).given(*PLACED).state.risks == {}
