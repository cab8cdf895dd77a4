"""A home past its time is listed at the expected end and at the latest, once each; more time is given with a reason."""

from datetime import datetime, time, timedelta
from typing import Any

from services.enrolment.deadlines import OVERDUE
from services.enrolment.domain.leaving import NotPlaced, PauseEnrolment
from services.enrolment.domain.overrun import ExtendDeadline, FlagOverdue, NotLater
from services.enrolment.service import ENROLMENTS
from shared.chassis.declarations.deadline import Due
from shared.events.days import local_day
from shared.events.enrolment import DeadlineExtended, EnrolmentOverdue, EnrolmentPaused
from tests.support.enrolment_story import PLACED, READY, STARTS_ON, enrolled
from tests.support.scenario import NOW, Scenario

ID: dict[str, Any] = {"enrolment_id": "enrolment-1"}
FLAG = FlagOverdue(**ID)
DUE = STARTS_ON + timedelta(weeks=36)
LATEST = STARTS_ON + timedelta(weeks=39)


def week(number: int, days: int = 1) -> Scenario:
    day = STARTS_ON + timedelta(weeks=number, days=days)
    moment = datetime.combine(day, time(9), NOW.tzinfo)
    return Scenario(ENROLMENTS).given(*PLACED).at(moment)


def overdue(scenario: Scenario) -> EnrolmentOverdue:
    [event] = scenario.when(FLAG).then_happened(EnrolmentOverdue).events
    assert isinstance(event, EnrolmentOverdue)
    return event


def test_nobody_is_late_up_to_the_expected_day() -> None:
    week(36, days=0).when(FLAG).then_nothing()
    Scenario(ENROLMENTS).given(*READY).when(FLAG).then_nothing()


def test_a_home_is_flagged_after_week_36_and_again_after_week_39() -> None:
    first = overdue(week(36))
    assert (first.passed_on, first.weeks, first.latest_on) == (DUE, 36, LATEST)
    week(37).given(first).when(FLAG).then_nothing()
    second = overdue(week(39).given(first))
    assert (second.passed_on, second.weeks, second.latest_on) == (LATEST, 39, None)
    week(40).given(first, second).when(FLAG).then_nothing()


def test_more_time_is_given_with_a_reason_and_only_more() -> None:
    late = week(36).given(overdue(week(36)))
    extend = ExtendDeadline(**ID, due_on=DUE + timedelta(weeks=8), reason="outbreak")
    answer = late.when(extend).then_happened(DeadlineExtended)
    given = late.given(*answer.events)
    given.when(extend).then_nothing()
    given.when(FLAG).then_nothing()
    given.when(ExtendDeadline(**ID, due_on=DUE, reason="other")).then_refused(NotLater, field="due_on")
    Scenario(ENROLMENTS).given(*READY).when(extend).then_refused(NotPlaced)
    again = week(45).given(*given.history[len(PLACED) :])
    assert overdue(again).passed_on == DUE + timedelta(weeks=8)


def test_a_home_that_pauses_is_not_late() -> None:
    paused = week(30)
    paused = paused.given(*paused.when(PauseEnrolment(**ID, reason="outbreak")).events)
    paused.at(week(37).now).when(FLAG).then_nothing()


def test_the_days_to_look_follow_from_what_happened() -> None:
    def at(*events: Any) -> Due | None:
        due = None
        for event in events:
            due = OVERDUE.fold(due, event)
        return due

    first, second = overdue(week(36)), overdue(week(39).given(overdue(week(36))))
    told = at(enrolled())
    assert told is not None
    assert (local_day(told.at), told.ask) == (DUE + timedelta(days=1), FLAG)
    again = at(enrolled(), first)
    assert again is not None
    assert local_day(again.at) == LATEST + timedelta(days=1)
    assert at(enrolled(), first, second) is None
    paused = EnrolmentPaused(**ID, home_id="home-1", cohort_id="cohort-a", reason="outbreak", paused_on=DUE)
    assert at(enrolled(), paused) is None
