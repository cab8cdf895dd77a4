"""Feature rows of the programme as data: care at home (E02), versions that stay (C02), a home in Wales (U22)."""

import hashlib

from deploy.demo.journey import evidence, homes
from deploy.demo.journey.homes import ENROLMENT
from deploy.programmes import newest
from tests.acceptance.test_rows_enrolment import refused
from tests.support.acceptance_region import PROMISE, SHORT_PROGRAMME, Region


def welsh_number(region: Region) -> str:
    """A registration number as the inspectorate of Wales gives them, of this test alone."""
    digits = int(hashlib.sha256(region.registration_number().encode()).hexdigest(), 16) % 10**8
    return f"SIN-{digits:08}-WALE"


async def test_E02_a_team_that_cares_for_people_at_home_enrols_in_the_version_made_for_it(region: Region):
    at_home = await region.cohort(newest("six-steps-home-care"))
    await region.programme(SHORT_PROGRAMME)
    team = await region.home(setting="domiciliary")
    await region.platform.settled()

    listed = await region.api.rows(region.coordinator, ENROLMENT, "care-homes", setting="domiciliary")
    assert [row["home_id"] for row in listed] == [team.id]
    offered = await region.api.rows(team.manager, ENROLMENT, "programme-versions", settings="domiciliary")
    assert [version["version_id"] for version in offered] == [at_home.version_id]
    team = await region.applied(team, at_home.version_id, pathway="home-care")
    await region.represented(team)
    await region.committed(team)
    assert (await region.place(team, at_home)).body["status"] == "placed"
    care_home = await region.applied(await region.home(), at_home.version_id, pathway="home-care")
    await region.represented(care_home)
    await region.committed(care_home)
    no = await refused(region.place(care_home, at_home))
    assert (no.status, no.code) == (409, "setting_not_offered")


async def test_C02_a_cohort_stays_on_the_version_it_began_with(region: Region):
    first = await region.cohort()
    home = await region.placed_home(first)
    renewed = {
        **SHORT_PROGRAMME,
        "number": 2,
        "workshops": [*SHORT_PROGRAMME["workshops"], {"code": "S2", "kind": "step", "title": "Step 2"}],
    }

    second = await region.cohort(renewed)

    cohorts = [
        (await region.api.get(region.coordinator, ENROLMENT, f"cohorts/{cohort.id}")).body for cohort in (first, second)
    ]
    assert [cohort["version_id"] for cohort in cohorts] == [first.version_id, second.version_id]
    assert [len(cohort["workshops"]) for cohort in cohorts] == [2, 3]
    enrolled = await homes.enrolment(region.api, region.coordinator, home.enrolment_id)
    assert (enrolled["version_id"], enrolled["mandatory_codes"]) == (first.version_id, ["ON", "S1"])
    late = await region.placed_home(first)
    assert (await homes.enrolment(region.api, region.coordinator, late.enrolment_id))["version_id"] == first.version_id
    await region.attended(home, first)
    assert (await region.event(ENROLMENT, "CoverageCompleted")).data["version_id"] == first.version_id


async def test_U22_a_home_in_wales_goes_all_the_way_without_an_english_registration(region: Region):
    wales = newest("six-steps-wales")
    cohort = await region.cohort(wales)
    number = welsh_number(region)
    home = await region.home(regulator="ciw", registration_number=number, setting="care-home-residential")
    home = await region.applied(home, cohort.version_id)
    await region.represented(home)
    await region.committed(home, wales["commitment"]["version"])
    assert (await region.place(home, cohort)).body["status"] == "placed"

    version = (await region.api.get(home.manager, ENROLMENT, f"programme-versions/{cohort.version_id}")).body
    welsh = [label["title"] for planned in version["workshops"] for label in planned["labels"]]
    assert {"Camu ymlaen", "Cam 3: Cydlynu gofal", "Camu oddi ar y rhaglen"} <= set(welsh)
    essential = [slot["key"] for slot in wales["requirements"] if slot.get("essential", True)]
    portfolio_id = await region.filled(home, cohort, essential)
    await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
    await evidence.sign_off(region.api, cohort.lead, portfolio_id)

    granted = await region.event("portfolio", "AccreditationGranted")
    assert granted.data["home_id"] == home.id
    completed = await region.event(ENROLMENT, "EnrolmentCompleted")
    assert completed.data["enrolment_id"] == home.enrolment_id
    registered = (await region.api.get(region.coordinator, ENROLMENT, f"care-homes/{home.id}")).body
    assert (registered["regulator"], registered["registration_number"], registered["ods_code"]) == ("ciw", number, None)
