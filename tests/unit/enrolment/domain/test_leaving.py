"""A home is turned down, pauses and goes on, or leaves; what it may no longer do is refused."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.domain.enrolment import EnrolmentOver
from services.enrolment.domain.leaving import (
    AttendedLater,
    NobodyRepresents,
    NotPlaced,
    PauseEnrolment,
    PauseVacant,
    RejectApplication,
    ResumeEnrolment,
    ResumesBeforePause,
    WithdrawEnrolment,
)
from services.enrolment.domain.placing import AlreadyPlaced, PlaceHome
from services.enrolment.domain.representatives import EndRepresentative
from services.enrolment.service import ENROLMENTS
from shared.events.enrolment import (
    AttendanceNoted,
    EnrolmentAtRisk,
    EnrolmentPaused,
    EnrolmentResumed,
    RepresentativeEnded,
)
from tests.support.enrolment_story import PLACED, READY, STARTS_ON, SUBMITTED
from tests.support.scenario import NOW, Scenario

ID: dict[str, Any] = {"enrolment_id": "enrolment-1"}
REJECT = RejectApplication(**ID, reason="out-of-area")
PAUSE = PauseEnrolment(**ID, reason="outbreak")
RESUME = ResumeEnrolment(**ID)
applied = Scenario(ENROLMENTS).given(SUBMITTED)
placed = Scenario(ENROLMENTS).given(*PLACED).at(NOW + timedelta(days=40))
DAY = placed.now.date()


def after(scenario: Scenario, *commands: Any) -> Scenario:
    for command in commands:
        scenario = scenario.given(*scenario.when(command).events)
    return scenario


def test_an_application_is_turned_down_once_and_stays_so() -> None:
    rejected = after(applied, REJECT)
    assert rejected.state.status == "rejected"
    rejected.when(REJECT).then_nothing()
    for command in (PlaceHome(**ID, cohort_id="cohort-a"), WithdrawEnrolment(**ID, reason="other"), PAUSE):
        rejected.when(command).then_refused(EnrolmentOver, status="rejected")


def test_a_home_with_a_place_is_not_turned_down_any_more() -> None:
    placed.when(REJECT).then_refused(AlreadyPlaced, cohort_id="cohort-a")


def test_no_reason_to_turn_somebody_down_speaks_of_a_rating() -> None:
    with pytest.raises(ValueError, match="reason"):
        RejectApplication.model_validate({**ID, "reason": "rating"})


def test_a_paused_home_goes_on_later_and_what_was_due_is_due_so_much_later() -> None:
    placed.when(PAUSE).then_happened(EnrolmentPaused)
    paused = after(placed, PAUSE)
    paused.when(PAUSE).then_nothing()
    assert (paused.state.status, paused.state.in_cohort, paused.state.live) == ("paused", True, True)
    later = paused.at(paused.now + timedelta(days=21))
    [resumed] = later.when(RESUME).then_happened(EnrolmentResumed).events
    assert isinstance(resumed, EnrolmentResumed)
    assert (resumed.paused_days, resumed.due_on) == (21, STARTS_ON + timedelta(weeks=36, days=21))
    after(later, RESUME).when(RESUME).then_nothing()


def test_only_a_home_with_a_place_pauses_or_goes_on() -> None:
    applied.when(PAUSE).then_refused(NotPlaced)
    applied.when(RESUME).then_refused(NotPlaced)
    early = ResumeEnrolment(**ID, resumed_on=DAY - timedelta(days=1))
    after(placed, PAUSE).when(early).then_refused(ResumesBeforePause, field="resumed_on")


def test_a_home_does_not_leave_before_it_was_last_seen() -> None:
    noted = AttendanceNoted(**ID, attendance_id="a", person_id="anna", code="ON", on=date(2026, 2, 9))
    seen = placed.given(noted)
    before = WithdrawEnrolment(**ID, reason="sale", withdrawn_on=date(2026, 2, 8))
    seen.when(before).then_refused(AttendedLater, field="withdrawn_on", attended_on=date(2026, 2, 9))
    assert (
        after(seen, WithdrawEnrolment(**ID, reason="sale", withdrawn_on=date(2026, 2, 9))).state.status == "withdrawn"
    )


def test_a_home_without_anybody_is_paused_when_its_grace_is_over_and_waits_for_a_decision() -> None:
    leave = [EndRepresentative(**ID, person_id=person, reason="own-wish", ended_on=DAY) for person in ("anna", "ben")]
    first = placed.when(leave[0]).then_happened(RepresentativeEnded).events[0]
    assert isinstance(first, RepresentativeEnded)
    assert (first.remaining_active, first.vacant_since, first.grace_ends_on) == (1, None, None)
    vacant = after(placed, leave[0])
    last, risk = vacant.when(leave[1]).then_happened(RepresentativeEnded, EnrolmentAtRisk).events
    assert isinstance(last, RepresentativeEnded)
    assert isinstance(risk, EnrolmentAtRisk)
    assert last.vacant_since == DAY + timedelta(days=1)
    assert last.grace_ends_on == DAY + timedelta(days=29)
    assert (risk.reason, risk.reasons) == ("no-representative", ("no-representative",))

    vacant = after(vacant, leave[1])
    assert vacant.state.vacant_since == DAY + timedelta(days=1)
    vacant.when(PauseVacant(**ID)).then_nothing()
    over = vacant.at(_at(DAY + timedelta(days=29)))
    [paused] = over.when(PauseVacant(**ID)).then_happened(EnrolmentPaused).events
    assert isinstance(paused, EnrolmentPaused)
    assert (paused.reason, paused.resume_by) == ("no-representative", DAY + timedelta(days=91))
    over = after(over, PauseVacant(**ID))
    over.when(PauseVacant(**ID)).then_nothing()
    over.when(RESUME).then_refused(NobodyRepresents)


def test_before_the_place_there_is_no_grace_to_run_out() -> None:
    leave = [EndRepresentative(**ID, person_id=person, reason="own-wish") for person in ("anna", "ben")]
    vacant = after(Scenario(ENROLMENTS).given(*READY), *leave)
    ended = vacant.history[-1]
    assert isinstance(ended, RepresentativeEnded)
    assert ended.grace_ends_on is None
    assert ended.vacant_since is not None
    vacant.at(NOW + timedelta(days=90)).when(PauseVacant(**ID)).then_nothing()


def _at(day: date) -> datetime:
    return NOW.replace(year=day.year, month=day.month, day=day.day)
