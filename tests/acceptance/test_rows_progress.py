"""Feature rows of how far a home is: coverage apart from attendance (A12), thresholds (A13), overrun (C09, U26)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deploy.demo.journey.homes import ENROLMENT
from deploy.demo.journey.workshops import record_attendance
from tests.acceptance.test_rows_enrolment import refused
from tests.acceptance.test_rows_joining import act, standing
from tests.acceptance.test_rows_representatives import coverage
from tests.support.acceptance_region import SHORT_PROGRAMME, Home, Region
from tests.support.eventually import eventually

EIGHT = [{"code": f"W{number}", "kind": "step", "title": f"Workshop {number}"} for number in range(1, 9)]
LONG_PROGRAMME: Mapping[str, Any] = {**SHORT_PROGRAMME, "workshops": EIGHT, "requirements": []}


async def overdue(region: Region, home: Home) -> Mapping[str, Any] | None:
    """The home in the list of those past their time."""
    rows = await region.api.rows(region.coordinator, ENROLMENT, "overdue-enrolments", home_id=home.id)
    return next(iter(rows), None)


async def test_A12_the_home_is_covered_when_somebody_was_there_and_persons_count_apart(region: Region):
    cohort = await region.cohort({**LONG_PROGRAMME, "programme": "eight"})
    home = await region.placed_home(cohort, representatives=2)
    for number, code in enumerate(cohort.workshops):
        person = home.representatives[0 if number < len(EIGHT) // 2 else 1]
        await record_attendance(region.api, cohort.lead, cohort.workshops[code], home.enrolment_id, person.person_id)
    await region.platform.settled()

    told = await coverage(region, home)

    assert (told["home"]["done"], told["home"]["total"], told["home"]["engagement"]) == (8, 8, "met")
    assert [(person["done"], person["total"], person["award"]) for person in told["people"]] == [
        (4, 8, "not_met"),
        (4, 8, "not_met"),
    ]
    assert (await region.event(ENROLMENT, "CoverageCompleted")).data["enrolment_id"] == home.enrolment_id


async def test_A13_the_threshold_is_a_number_of_the_version_and_the_system_says_whether_it_is_met(region: Region):
    rules = {"home_coverage_percent": 75}
    cohort = await region.cohort({**LONG_PROGRAMME, "programme": "threshold", "rules": rules})
    home = await region.placed_home(cohort)

    async def engagement(codes: list[str]) -> tuple[int, int, str]:
        await region.attended(home, cohort, codes)
        await region.platform.settled()
        told = (await coverage(region, home))["home"]
        return told["done"], told["needed"], told["engagement"]

    assert await engagement(["W1", "W2", "W3", "W4", "W5"]) == (5, 6, "not_met")
    assert not region.events(ENROLMENT, "CoverageCompleted")
    assert await engagement(["W6"]) == (6, 6, "met")
    assert len(region.events(ENROLMENT, "CoverageCompleted")) == 1


async def test_C09_a_home_past_its_nine_months_is_listed_and_one_in_time_is_not(region: Region):
    rules = {"nominal_weeks": 2, "max_weeks": 3, "silent_days": 300}
    soon = await region.cohort({**SHORT_PROGRAMME, "programme": "two-weeks", "rules": rules})
    late = await region.placed_home(soon)
    in_time = await region.placed_home(await region.cohort())
    await region.platform.settled()
    assert await overdue(region, late) is None

    region.platform.clock.move(region.platform.now() + timedelta(days=16))

    async def listed() -> bool:
        return await overdue(region, late) is not None

    await eventually(listed, "the home is listed", 20)
    row = await overdue(region, late)
    assert row is not None
    assert (row["weeks"], row["home_name"], row["due_on"]) == (2, late.name, (await standing(region, late))["due_on"])
    assert await overdue(region, in_time) is None


async def test_U26_a_home_that_overruns_is_flagged_twice_and_given_more_time_but_never_failed(region: Region):
    rules = {"nominal_weeks": 2, "max_weeks": 3, "silent_days": 300}
    cohort = await region.cohort({**SHORT_PROGRAMME, "programme": "two-weeks", "rules": rules})
    home = await region.placed_home(cohort)
    due_on = (await standing(region, home))["due_on"]
    for days, flags in ((16, 1), (7, 2)):
        region.platform.clock.move(region.platform.now() + timedelta(days=days))

        async def flagged(flags: int = flags) -> bool:
            return len(region.events(ENROLMENT, "EnrolmentOverdue")) == flags

        await eventually(flagged, f"{flags} flags", 20)
    weeks = [event.data["weeks"] for event in region.events(ENROLMENT, "EnrolmentOverdue")]
    assert weeks == [2, 3]

    until = (region.today + timedelta(days=28)).isoformat()
    unspoken = await refused(act(region, home, "extend-deadline", cohort.lead, due_on=until))
    assert (unspoken.status, unspoken.pointer) == (422, "/reason")
    shorter = await refused(act(region, home, "extend-deadline", cohort.lead, due_on="2026-01-06", reason="other"))
    assert (shorter.status, shorter.code) == (422, "not_later")
    extended = await act(region, home, "extend-deadline", cohort.lead, due_on=until, reason="outbreak")

    assert (extended.body["status"], extended.body["due_on"]) == ("placed", until)
    await region.platform.settled()
    [event] = region.events(ENROLMENT, "DeadlineExtended")
    assert (event.data["previous_due_on"], event.data["reason"]) == (due_on, "outbreak")
    assert await overdue(region, home) is None
    await region.attended(home, cohort, ["ON"])
