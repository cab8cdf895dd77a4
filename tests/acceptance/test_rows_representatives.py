"""Feature rows of the people of a home: vacancy, succession (U3, U4), nobody left (U5), a new manager (U19), risk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from deploy.demo.journey.homes import ENROLMENT
from deploy.demo.journey.who import manager
from tests.acceptance.test_rows_attendance import attendance, recording
from tests.acceptance.test_rows_enrolment import refused
from tests.acceptance.test_rows_joining import act, reaches, standing
from tests.support.acceptance_region import COMMITMENT, Cohort, Home, Region
from tests.support.eventually import eventually

COVERAGE = "enrolments/{}/coverage"


async def coverage(region: Region, home: Home) -> Mapping[str, Any]:
    """How far the home, and each of its people, has come."""
    told = await region.api.get(home.manager, ENROLMENT, COVERAGE.format(home.enrolment_id))
    found: Mapping[str, Any] = told.body
    return found


async def ended(region: Region, home: Home, number: int = 0) -> Mapping[str, Any]:
    """Let a representative leave today; the enrolment afterwards."""
    person_id = home.representatives[number].person_id
    told = await act(region, home, "end-representative", person_id=person_id, reason="left-the-home")
    state: Mapping[str, Any] = told.body
    return state


async def risks(region: Region, home: Home) -> list[tuple[str, str]]:
    """The reasons why the home needs looking after, with their words."""
    rows = await region.api.rows(region.coordinator, ENROLMENT, "homes-at-risk", home_id=home.id)
    return [(reason["reason"], reason["says"]) for row in rows for reason in row["reasons"]]


async def at_risk(region: Region, home: Home, *reasons: str) -> None:
    """Wait until the home is at risk for exactly these reasons."""

    async def shown() -> bool:
        return [reason for reason, _ in await risks(region, home)] == list(reasons)

    await eventually(shown, f"the home is at risk for {reasons}", 20)


async def replaced(region: Region, home: Home, cohort: Cohort, newcomer: str) -> Mapping[str, Any]:
    """Let a newcomer take over from the first representative."""
    who = {"job_role": "nurse", "reason": "left-the-home", "incoming_person_id": newcomer}
    told = await act(
        region, home, "replace-representative", cohort.lead, outgoing_person_id=home.representative.person_id, **who
    )
    state: Mapping[str, Any] = told.body
    return state


async def followed(region: Region, home: Home, cohort: Cohort) -> None:
    """Let somebody new represent the home from today on."""
    newcomer = await region.person("New Comer")
    await act(region, home, "nominate-representative", person_id=newcomer, job_role="nurse")
    await act(region, home, "confirm-representative", cohort.lead, person_id=newcomer)


async def test_E08_without_a_representative_there_is_no_start_and_a_vacancy_has_a_date(region: Region):
    cohort = await region.cohort()
    bare = await region.applied(await region.home(), cohort.version_id)
    await region.committed(bare)
    no = await refused(region.place(bare, cohort))
    assert (no.status, no.code) == (409, "too_few_representatives")
    home = await region.placed_home(cohort)

    state = await ended(region, home)

    assert state["vacant_since"] == region.moment(days=1).date().isoformat()
    await region.platform.settled()
    [event] = region.events(ENROLMENT, "RepresentativeEnded")
    assert (event.data["remaining_active"], event.data["vacant_since"]) == (0, state["vacant_since"])
    [row] = await region.api.rows(home.manager, ENROLMENT, "enrolments", home_id=home.id)
    assert row["vacant_since"] == state["vacant_since"]
    assert [reason for reason, _ in await risks(region, home)] == ["no-representative"]
    await followed(region, home, cohort)
    await at_risk(region, home)
    assert (await standing(region, home))["vacant_since"] is None


async def test_E09_a_newcomer_takes_over_the_home_keeps_its_progress_and_the_gap_is_listed(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    await region.attended(home, cohort, ["ON"])
    await region.platform.settled()
    before = await coverage(region, home)
    newcomer = await region.person("New Comer")

    state = await replaced(region, home, cohort, newcomer)

    after = await coverage(region, home)
    assert (before["home"], before["home"]["covered_codes"]) == (after["home"], ["ON"])
    assert (state["status"], state["vacant_since"], state["cohort_id"]) == ("placed", None, cohort.id)
    people = {person["person_id"]: person for person in after["people"]}
    leaver = people[home.representative.person_id]
    assert (leaver["active"], leaver["covered_codes"]) == (False, ["ON"])
    assert (people[newcomer]["active"], people[newcomer]["catch_up"]) == (True, ["ON"])
    told = await region.api.rows(cohort.lead, ENROLMENT, "attendances", person_id=leaver["person_id"])
    assert [row["code"] for row in told] == ["ON"]
    event = await region.event(ENROLMENT, "RepresentativeReplaced")
    assert (event.data["covered_by_leaver"], event.data["to_catch_up"]) == (["ON"], ["ON"])


async def test_U3_a_representative_leaves_the_other_goes_on_and_the_leaver_keeps_their_own(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort, representatives=2)
    await region.attended(home, cohort, ["ON"])
    await region.platform.settled()

    old_home = f"enrolments/{home.enrolment_id}"
    leaver = home.representatives[0]
    assert (await region.api.get(leaver, ENROLMENT, old_home)).status == 200
    portfolio_id = await region.portfolio(home)

    state = await ended(region, home)

    await region.platform.settled()
    for service, path in ((ENROLMENT, old_home), ("portfolio", f"portfolios/{portfolio_id}")):
        no = await refused(region.api.get(leaver, service, path))
        assert (no.status, no.code) == (403, "not_permitted"), "the token still names the home"
        assert (await region.api.get(home.representatives[1], service, path)).status == 200
    assert (state["status"], state["vacant_since"], state["covered"]) == ("placed", None, ["ON"])
    people = {person["person_id"]: person for person in (await coverage(region, home))["people"]}
    assert people[home.representatives[0].person_id]["covered_codes"] == ["ON"]
    assert people[home.representatives[1].person_id]["active"]
    other = attendance(home, 1)
    assert (await region.api.ask(cohort.lead, ENROLMENT, recording(cohort, "S1"), other)).status == 200
    await region.platform.settled()
    assert (await coverage(region, home))["home"]["engagement"] == "met"
    assert await risks(region, home) == []


async def test_U3_who_left_one_home_and_manages_another_reaches_the_other_only(region: Region):
    cohort = await region.cohort()
    left, managed = await region.placed_home(cohort, representatives=2), await region.home()
    mover = replace(left.representatives[0], roles=("representative", "manager"), homes=(left.id, managed.id))
    managed = await region.applied(replace(managed, manager=mover), cohort.version_id)
    portfolio_id = await region.portfolio(left)

    await ended(region, left)
    await region.platform.settled()

    for service, path in ((ENROLMENT, f"enrolments/{left.enrolment_id}"), ("portfolio", f"portfolios/{portfolio_id}")):
        no = await refused(region.api.get(mover, service, path))
        assert (no.status, no.code) == (403, "not_permitted"), "they manage another home"
    assert (await region.api.get(mover, ENROLMENT, f"enrolments/{managed.enrolment_id}")).status == 200
    listed = await region.api.rows(mover, ENROLMENT, "enrolments")
    assert [row["home_id"] for row in listed] == [managed.id]
    no = await refused(act(region, left, "withdraw", mover, reason="other"))
    assert (no.status, no.code) == (403, "not_permitted")


async def test_U4_a_newcomer_needs_what_was_missed_only_for_an_award_of_their_own(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    await region.attended(home, cohort, ["ON"])
    await region.platform.settled()
    newcomer = await region.person("New Comer")
    state = await replaced(region, home, cohort, newcomer)
    [period] = [each for each in state["representatives"] if each["person_id"] == newcomer]

    region.platform.clock.move(region.platform.now() + timedelta(days=1))
    caught_up = {"enrolment_id": home.enrolment_id, "person_id": newcomer, "status": "caught-up"}
    how = {"catch_up": {"method": "one-to-one", "on": region.today.isoformat()}}
    assert period["represents_from"] <= region.today.isoformat()
    await region.api.ask(cohort.lead, ENROLMENT, recording(cohort, "S1"), {**caught_up, **how})
    await region.platform.settled()

    told = await coverage(region, home)
    assert told["home"]["engagement"] == "met"
    people = {person["person_id"]: person for person in told["people"]}
    assert (people[newcomer]["covered_codes"], people[newcomer]["catch_up"]) == (["S1"], ["ON"])
    assert people[newcomer]["award"] == "not_met"


async def test_U5_a_home_that_nobody_represents_is_at_risk_then_paused_and_its_facilitator_decides(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    state = await ended(region, home)
    await at_risk(region, home, "no-representative")

    region.platform.clock.move(region.platform.now() + timedelta(days=30))
    await reaches(region, home, "paused", 20)

    no = await refused(act(region, home, "resume", cohort.lead))
    assert (no.status, no.code) == (409, "nobody_represents")
    event = await region.event(ENROLMENT, "EnrolmentPaused")
    assert (event.data["reason"], event.data["resume_by"] > state["vacant_since"]) == ("no-representative", True)
    await followed(region, home, cohort)
    assert (await act(region, home, "resume", cohort.lead)).body["status"] == "placed"
    await at_risk(region, home)


async def test_U19_a_new_manager_is_asked_to_sign_and_the_home_is_at_risk_until_then(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    newcomer = await region.person("New Manager")

    await region.api.ask(
        region.coordinator,
        ENROLMENT,
        f"care-homes/{home.id}:change-registered-manager",
        {"manager_person_id": newcomer},
    )
    await at_risk(region, home, "manager-changed")
    asked = await region.event(ENROLMENT, "CommitmentInQuestion")
    assert (asked.data["manager_person_id"], asked.data["enrolment_id"]) == (newcomer, home.enrolment_id)
    [(_, says)] = await risks(region, home)
    assert says == "manager-changed", "the short programme has no words for it"

    signature = {"signatory_role": "manager", "wording_version": COMMITMENT, "signed_on": region.today.isoformat()}
    by = manager(newcomer, home.id, region=region.name)
    await act(region, home, "record-commitment", by, signatory_person_id=newcomer, **signature)
    await at_risk(region, home)
    assert (await standing(region, home))["commitment"]["signatory_person_id"] == newcomer
