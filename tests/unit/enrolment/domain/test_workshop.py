"""A workshop is scheduled once for each cohort, at a time that clocks can show."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from services.enrolment.domain.cohort import CohortUnknown
from services.enrolment.domain.cohort_state import CohortOver
from services.enrolment.domain.schedule import (
    AlreadyScheduled,
    CodeUnknown,
    ModeNotOffered,
    ScheduleWorkshop,
)
from services.enrolment.domain.workshop import identity
from services.enrolment.service import COHORTS, WORKSHOPS
from shared.chassis.declarations.moments import (
    AbsurdDate,
    EndsBeforeItStarts,
    LocalTimeAmbiguous,
    LocalTimeMissing,
    UnknownZone,
)
from shared.events.enrolment import CohortClosed
from tests.support.enrolment_story import COHORT_PLANNED, SCHEDULED, WORKSHOP_ENDS, WORKSHOP_STARTS
from tests.support.scenario import Scenario

COHORT = Scenario(COHORTS).given(COHORT_PLANNED).state
SCHEDULE = ScheduleWorkshop(
    workshop_id="workshop-s1",
    cohort_id="cohort-a",
    code="S1",
    starts_at=WORKSHOP_STARTS,
    ends_at=WORKSHOP_ENDS,
    venue="Heswall Hall",
)
SUMMER = timezone(timedelta(hours=1))
workshop = Scenario(WORKSHOPS).knowing(cohort=COHORT)


def at(starts_at: datetime, **changes: Any) -> ScheduleWorkshop:
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
    return SCHEDULE.model_copy(update=times | changes)


def test_a_workshop_takes_its_title_from_the_version_of_the_cohort() -> None:
    workshop.when(SCHEDULE).then(SCHEDULED)


def test_a_workshop_is_scheduled_once() -> None:
    workshop.given(SCHEDULED).when(SCHEDULE).then_nothing()
    later = at(WORKSHOP_STARTS + timedelta(days=1))
    workshop.given(SCHEDULED).when(later).then_refused(AlreadyScheduled, workshop_id="workshop-s1")


def test_a_cohort_has_each_workshop_once() -> None:
    assert identity(SCHEDULE, "here") == identity(at(WORKSHOP_STARTS + timedelta(days=1)), "here")
    assert identity(SCHEDULE, "here") != identity(at(WORKSHOP_STARTS, code="OFF"), "here")


def test_times_are_kept_in_utc() -> None:
    local = at(datetime(2026, 6, 8, 9, 30, tzinfo=SUMMER))
    [scheduled] = workshop.when(local).events
    assert scheduled.model_dump()["starts_at"] == datetime(2026, 6, 8, 8, 30, tzinfo=UTC)
    utc = at(datetime(2026, 6, 8, 8, 30, tzinfo=UTC))
    workshop.given(scheduled).when(utc).then_nothing()


def test_a_code_that_the_version_does_not_have_is_refused() -> None:
    workshop.when(at(WORKSHOP_STARTS, code="S9")).then_refused(CodeUnknown, field="code")


def test_a_workshop_is_held_in_a_mode_that_the_version_has() -> None:
    in_a_room = tuple(planned.model_copy(update={"modes": ("in-person",)}) for planned in COHORT.workshops)
    strict = workshop.knowing(cohort=COHORT.model_copy(update={"workshops": in_a_room}))
    strict.when(at(WORKSHOP_STARTS, mode="online")).then_refused(ModeNotOffered, field="mode", modes=["in-person"])


def test_a_workshop_needs_a_cohort_that_goes_on() -> None:
    workshop.knowing(cohort=None).when(SCHEDULE).then_refused(CohortUnknown, field="cohort_id")
    closed = Scenario(COHORTS).given(COHORT_PLANNED, CohortClosed(cohort_id="cohort-a")).state
    workshop.knowing(cohort=closed).when(SCHEDULE).then_refused(CohortOver)


def test_a_workshop_ends_after_it_starts() -> None:
    wrong = at(WORKSHOP_STARTS, ends_at=WORKSHOP_STARTS)
    workshop.when(wrong).then_refused(EndsBeforeItStarts, field="ends_at")


def test_a_time_that_the_clocks_leave_out_is_refused() -> None:
    gap = datetime(2026, 3, 29, 1, 30, tzinfo=SUMMER)
    workshop.when(at(gap)).then_refused(LocalTimeMissing, field="starts_at")
    ends_in_gap = at(gap - timedelta(hours=3), ends_at=gap)
    workshop.when(ends_in_gap).then_refused(LocalTimeMissing, field="ends_at")


@pytest.mark.parametrize("offset", [SUMMER, UTC])
def test_a_time_that_the_clocks_show_twice_is_refused(offset: timezone) -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=offset)
    workshop.when(at(twice)).then_refused(LocalTimeAmbiguous, field="starts_at")


def test_the_days_of_the_clock_change_are_good_days_otherwise() -> None:
    workshop.when(at(datetime(2026, 3, 29, 10, 0, tzinfo=SUMMER))).then_happened(type(SCHEDULED))
    workshop.when(at(datetime(2026, 10, 25, 10, 0, tzinfo=UTC))).then_happened(type(SCHEDULED))


@pytest.mark.parametrize("year", [1, 1999, 2032, 9999])
def test_absurd_years_are_refused(year: int) -> None:
    absurd = SCHEDULE.model_copy(update={"starts_at": datetime(year, 12, 31, 23, 30, tzinfo=UTC)})
    workshop.when(absurd).then_refused(AbsurdDate, field="starts_at")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "London"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    workshop.when(at(WORKSHOP_STARTS, zone=zone)).then_refused(UnknownZone, field="zone")


@pytest.mark.parametrize(
    "wrong", [{"starts_at": "2026-02-09T09:30:00"}, {"zone": "../etc/passwd"}, {"mode": "by-post"}]
)
def test_a_time_without_offset_a_path_as_zone_and_an_unknown_mode_are_invalid(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        ScheduleWorkshop.model_validate({**SCHEDULE.model_dump(), **wrong})
