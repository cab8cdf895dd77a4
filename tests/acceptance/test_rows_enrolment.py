"""Feature rows of enrolment: homes, commitment, places, programmes as data."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import pytest

from deploy.demo.journey import homes
from deploy.demo.journey import region as steps
from deploy.demo.journey.answers import Answer, Refused
from deploy.programmes import default_programme
from tests.support.acceptance_region import COMMITMENT, PATHWAY, SHORT_PROGRAMME, Home, Region

ENROLMENT = homes.ENROLMENT


async def refused(asked: Awaitable[Any]) -> Refused:
    """The no that this request gets."""
    with pytest.raises(Refused) as no:
        await asked
    return no.value


async def test_E01_a_home_is_on_record_once_for_each_registration(region: Region):
    number = region.registration_number()
    home = await region.home(registration_number=number, ods_code="VL1AB")

    again = await refused(region.home(registration_number=number))
    assert (again.status, again.code, again.details["existing_id"]) == (409, "already_registered", home.id)
    malformed = await refused(region.home(registration_number="not a number"))
    assert (malformed.status, malformed.code) == (422, "invalid_registration_number")

    await region.platform.settled()
    assert [event.data["home_id"] for event in region.events(ENROLMENT, "HomeRegistered")] == [home.id]
    found = await region.api.get(region.coordinator, ENROLMENT, f"care-homes/{home.id}")
    assert found.body["ods_code"] == "VL1AB"


async def test_E01_a_home_of_another_region_is_known_but_never_named(region: Region):
    number = region.registration_number()
    home = await region.home(registration_number=number)
    neighbour = Region(region.platform, f"{region.name}-next")

    elsewhere = await refused(neighbour.home(registration_number=number))

    assert (elsewhere.status, elsewhere.code) == (409, "registered_elsewhere")
    assert home.id not in str(elsewhere.problem)


async def test_E03_without_a_signed_commitment_there_is_no_place(region: Region):
    cohort = await region.cohort()
    home = await region.applied(await region.home(), cohort.version_id)
    await region.represented(home)

    missing = await refused(region.place(home, cohort))
    assert (missing.status, missing.code) == (409, "commitment_missing")
    unknown = await refused(region.committed(home, "another-wording"))
    assert (unknown.status, unknown.code) == (422, "wording_unknown")
    await region.platform.settled()
    assert not region.events(ENROLMENT, "HomeEnrolled", "PlaceTaken")

    await region.committed(home)
    placed = await region.place(home, cohort)
    assert placed.body["status"] == "placed"
    assert placed.body["commitment"] == {
        "signatory_person_id": home.manager.person_id,
        "signatory_role": "manager",
        "version_id": cohort.version_id,
        "wording_version": COMMITMENT,
        "signed_on": region.today.isoformat(),
    }
    history = await region.api.get(region.coordinator, ENROLMENT, f"enrolments/{home.enrolment_id}/history")
    signed = next(entry for entry in history.body["items"] if entry["command"] == "RecordCommitment")
    assert signed["actor"]["id"] == home.manager.person_id
    assert signed["at"].startswith(region.today.isoformat())


async def test_E04_two_homes_alike_but_for_their_rating_get_the_same_answers(region: Region):
    cohort = await region.cohort()

    async def way_in(rating: str) -> list[str]:
        home = await region.applied(await region.home(latest_rating=rating), cohort.version_id)
        too_early = await refused(region.place(home, cohort))
        await region.represented(home)
        await region.committed(home)
        return [too_early.code, (await region.place(home, cohort)).body["status"]]

    assert await way_in("Inadequate") == await way_in("Good") == ["commitment_missing", "placed"]


async def test_E04_no_rule_about_a_place_looks_at_a_rating(region: Region):
    rules = await region.api.get(region.coordinator, ENROLMENT, "eligibility-rules")

    assert "commitment" in rules.body["inputs"]
    assert not [named for named in rules.body["inputs"] if "rating" in named]
    assert "rating" not in str(rules.body).lower()


async def test_E07_a_home_holds_one_live_place_in_a_programme_at_a_time(region: Region):
    first, second = await region.cohort(), await region.cohort()
    home = await region.placed_home(first)

    elsewhere = await refused(region.place(home, second))
    assert (elsewhere.status, elsewhere.code) == (409, "already_placed")
    assert elsewhere.details["cohort_id"] == first.id
    again = await refused(region.applied(home, second.version_id))
    assert (again.status, again.code) == (409, "already_enrolled")
    assert again.details["enrolment_id"] == home.enrolment_id

    await region.platform.settled()
    assert [event.data["cohort_id"] for event in region.events(ENROLMENT, "HomeEnrolled")] == [first.id]
    assert [event.data["cohort_id"] for event in region.events(ENROLMENT, "PlaceTaken")] == [first.id]


async def test_E07_of_ten_applications_at_once_one_is_taken(region: Region):
    version_id = await region.programme()
    home = await region.home()

    async def apply() -> Home | Refused:
        try:
            return await region.applied(home, version_id)
        except Refused as no:
            return no

    answers = await asyncio.gather(*(apply() for _ in range(10)))

    taken = [answer for answer in answers if isinstance(answer, Home)]
    assert len(taken) == 1
    assert {no.details["enrolment_id"] for no in answers if isinstance(no, Refused)} == {taken[0].enrolment_id}
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "ApplicationSubmitted")) == 1


async def test_E07_a_home_that_withdrew_may_come_again(region: Region):
    cohort = await region.cohort(capacity=1)
    home = await region.placed_home(cohort)

    await region.api.ask(
        home.manager, ENROLMENT, f"enrolments/{home.enrolment_id}:withdraw", {"reason": "manager-left"}
    )
    await region.platform.settled()

    back = await region.applied(home, cohort.version_id)
    await region.represented(back)
    await region.committed(back)
    assert (await region.place(back, cohort)).body["status"] == "placed"


WALES: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-wales",
    "title": "Six Steps in Wales",
    "workshops": [
        {"code": "ON", "kind": "induction", "title": "Stepping On"},
        *({"code": f"S{step}", "kind": "step", "title": f"Step {step}"} for step in range(1, 7)),
        {"code": "OFF", "kind": "conclusion", "title": "Stepping Off"},
    ],
}
AT_HOME: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-at-home",
    "title": "Six Steps for care at home",
    "pathway": "domiciliary",
    "settings": ["domiciliary"],
}


async def test_C01_a_variant_for_wales_is_published_as_data_and_its_cohort_lists_its_workshops(region: Region):
    cohort = await region.cohort(WALES)

    listed = (await region.api.get(region.coordinator, ENROLMENT, f"cohorts/{cohort.id}")).body["workshops"]
    assert [workshop["code"] for workshop in listed] == ["ON", "S1", "S2", "S3", "S4", "S5", "S6", "OFF"]
    assert [listed[0]["title"], listed[-1]["title"]] == ["Stepping On", "Stepping Off"]

    again = await steps.publish_programme(region.api, region.coordinator, WALES)
    assert again.id == cohort.version_id
    changed = await refused(
        steps.publish_programme(region.api, region.coordinator, {**WALES, "title": "Another title"})
    )
    assert (changed.status, changed.code) == (409, "published_otherwise")
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "ProgrammeVersionPublished")) == 1


async def test_C01_a_variant_for_care_at_home_takes_home_care_teams_and_no_others(region: Region):
    cohort = await region.cohort(AT_HOME)

    async def way_in(setting: str) -> Answer:
        home = await region.home(setting=setting)
        home = await region.applied(home, cohort.version_id, pathway="domiciliary")
        await region.represented(home)
        await region.committed(home)
        return await region.place(home, cohort)

    assert (await way_in("domiciliary")).body["status"] == "placed"
    no = await refused(way_in("care-home-nursing"))
    assert (no.status, no.code) == (409, "setting_not_offered")


async def test_C01_the_default_programme_is_induction_six_steps_and_conclusion(region: Region):
    version_id = await region.programme(default_programme())

    published = (await region.api.get(region.coordinator, ENROLMENT, f"programme-versions/{version_id}")).body
    kinds = [workshop["kind"] for workshop in published["workshops"]]
    assert kinds == ["induction", *["step"] * 6, "conclusion"]
    assert (published["pathway"], published["programme"]) == (PATHWAY, "six-steps-care-homes")
