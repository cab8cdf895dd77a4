"""Feature rows of the award: it explains itself, and what it rests on may fall away; the public register."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from deploy.demo.journey import evidence, homes, network
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import member
from tests.support.acceptance_region import PROMISE, SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.eventually import eventually
from tests.support.platform import Platform

ENROLMENT, PORTFOLIO = homes.ENROLMENT, evidence.PORTFOLIO
WITHIN_SECONDS = 5


@dataclass(frozen=True)
class Held:
    """A home that holds an accreditation."""

    region: Region
    cohort: Cohort
    home: Home
    portfolio_id: str

    async def row(self) -> Mapping[str, Any]:
        """What is told of its accreditation."""
        rows = await self.region.api.rows(self.region.coordinator, PORTFOLIO, "accreditations", home_id=self.home.id)
        return rows[0] if rows else {}

    async def explained(self) -> Mapping[str, Any]:
        """The conditions of the award by their keys, and what they come to."""
        found = await self.region.api.get(self.home.manager, PORTFOLIO, f"portfolios/{self.portfolio_id}:explain")
        return {"met": found.body["met"], **{each["key"]: each for each in found.body["conditions"]}}

    async def flagged(self, name: str) -> Mapping[str, Any]:
        """The row, once this flag is up; returns when everybody has heard of it."""

        async def flag() -> Mapping[str, Any] | None:
            row = await self.row()
            return row if row.get(name) else None

        found: Mapping[str, Any] = await eventually(flag, f"the accreditation is {name}", WITHIN_SECONDS)
        await self.region.platform.settled()
        return found


async def accredited(region: Region, cohort: Cohort, **more: Any) -> Held:
    """Walk one home to its accreditation."""
    home = await region.ready_home(cohort, **more)
    await region.place(home, cohort)
    portfolio_id = await region.filled(home, cohort)
    await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
    await evidence.sign_off(region.api, cohort.lead, portfolio_id)
    await region.platform.settled()
    return Held(region, cohort, home, portfolio_id)


@pytest.fixture(scope="module")
async def cohort(platform: Platform) -> tuple[Region, Cohort]:
    here = Region(platform, "award-rows")
    return here, await here.cohort(SHORT_PROGRAMME, capacity=20)


@pytest.fixture
async def region(cohort: tuple[Region, Cohort]) -> Region:
    return cohort[0]


async def test_W01_each_condition_of_the_award_names_the_events_that_prove_it(cohort: tuple[Region, Cohort]):
    here, theirs = cohort
    fresh = await here.placed_home(theirs)
    early = await Held(here, theirs, fresh, await here.portfolio(fresh)).explained()
    assert not early["met"]
    assert all(not each["met"] and not each["facts"] for key, each in early.items() if key != "met")

    held = await accredited(here, theirs)
    told = await held.explained()
    assert told["met"]
    by_id = {event.id: event for service in (ENROLMENT, PORTFOLIO) for event in here.events(service)}
    proofs = {key: [by_id[fact].name for fact in each["facts"]] for key, each in told.items() if key != "met"}
    assert proofs == {
        "requirement:on-role": ["SlotFilled", "EvidenceApproved"],
        "requirement:s1-policy": ["SlotFilled", "EvidenceApproved"],
        "coverage": ["CoverageCompleted"],
        "attestation": ["ManagerAttested"],
        "sign-off": ["FacilitatorSigned"],
    }


async def test_F12_a_withdrawn_approval_opens_its_slot_and_puts_the_award_under_review(cohort: tuple[Region, Cohort]):
    held = await accredited(*cohort)
    region, api, lead = held.region, held.region.api, held.cohort.lead
    item = (await evidence.portfolio(api, lead, held.portfolio_id))["approved"]["on-role"]
    where, what = f"evidence/{item}:withdraw-approval", {"revision": 1, "reason": "It shows another home."}

    back = await api.ask(lead, PORTFOLIO, where, what)

    assert back.body["status"] == "returned"
    row = await held.flagged("under_review")
    (cause,) = (e for e in region.events(PORTFOLIO, "EvidenceApprovalWithdrawn") if e.data["evidence_id"] == item)
    assert row["review_cause_event_ids"] == [cause.id]
    assert row["status"] == "granted"
    told = await held.explained()
    assert [key for key, each in told.items() if key != "met" and not each["met"]] == ["requirement:on-role"]

    conclude = f"accreditations/{row['accreditation_id']}:conclude-review"
    upheld = {"outcome": "upheld", "reason": "The right evidence is there now."}
    with pytest.raises(Refused) as early:
        await api.ask(lead, PORTFOLIO, conclude, upheld)
    assert (early.value.code, early.value.details["unmet"]) == ("award_not_supported", ["requirement:on-role"])
    await evidence.revise(api, held.home.representative, item, "Who represents us, and since when.")
    await evidence.submit(api, held.home.representative, item)
    await evidence.approve(api, lead, item, 2)
    await region.platform.settled()
    assert (await api.ask(lead, PORTFOLIO, conclude, upheld)).body["under_review_since"] is None


async def test_A07_a_void_under_an_award_reopens_the_decision_within_five_seconds(cohort: tuple[Region, Cohort]):
    held = await accredited(*cohort)
    region, enrolment_id = held.region, held.home.enrolment_id
    attended = [e.data for e in region.events(ENROLMENT, "WorkshopAttended") if e.data["enrolment_id"] == enrolment_id]
    needed = next(each for each in attended if each["code"] == "S1")
    where = f"workshops/{needed['workshop_id']}:void-attendance"
    what = {"attendance_id": needed["attendance_id"], "reason": "recorded-wrongly"}

    await region.api.ask(held.cohort.lead, ENROLMENT, where, what)

    row = await held.flagged("under_review")
    voided = (e for e in region.events(ENROLMENT, "AttendanceVoided") if e.data["enrolment_id"] == enrolment_id)
    assert row["review_cause_event_ids"] == [next(voided).id]
    assert row["status"] == "granted"
    assert not (await held.explained())["coverage"]["met"]
    (told,) = (
        e for e in region.events(PORTFOLIO, "AccreditationPutUnderReview") if e.data["enrolment_id"] == enrolment_id
    )
    assert told.data["reason"] == "attendance-voided"


async def test_W12_the_homes_status_and_a_persons_own_award_are_separate_and_linked(cohort: tuple[Region, Cohort]):
    held = await accredited(*cohort)
    region, api, champion = held.region, held.region.api, held.home.representative
    (award,) = (
        e.data for e in region.events(ENROLMENT, "ChampionAwarded") if e.data["person_id"] == champion.person_id
    )
    assert award["enrolment_id"] == (await held.row())["enrolment_id"]
    joined = member(champion.person_id, region.name).at(held.home.id)
    await network.join(api, joined, background="nurse", sector="social-care", area="wirral")
    ending = f"enrolments/{held.home.enrolment_id}:end-representative"
    today = region.today.isoformat()

    await api.ask(
        region.coordinator,
        ENROLMENT,
        ending,
        {"person_id": champion.person_id, "ended_on": today, "reason": "left-the-home"},
    )

    row = await held.flagged("at_risk")
    assert (row["status"], row["at_risk_since"]) == ("granted", today)
    enrolments = await api.rows(region.coordinator, ENROLMENT, "enrolments", home_id=held.home.id)
    assert enrolments[0]["awarded_person_ids"] == [champion.person_id]
    assert not [e for e in region.events("network", "MemberLeft") if e.data["person_id"] == champion.person_id]


async def test_W07_the_public_register_needs_no_login_and_shows_nothing_personal(cohort: tuple[Region, Cohort]):
    here, theirs = cohort
    held = await accredited(here, theirs, local_authority="Wirral", postcode="CH41 2AB")
    address = f"{here.platform.running.address(PORTFOLIO)}/v1/accredited-homes"

    async with httpx2.AsyncClient(trust_env=False) as anybody:
        answer = await anybody.get(address, params={"place": "Wirral"})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300")
        lines = [line for line in answer.json()["items"] if line["name"] == held.home.name]
        valid = {name: (await held.row())[name] for name in ("valid_from", "valid_to")}
        expected = {"name": held.home.name, "place": "Wirral", "pathway": "care-homes", "status": "granted", **valid}
        assert expected in lines
        assert "@" not in answer.text
        assert held.home.manager.person_id not in answer.text
        assert (await anybody.get(address, params={"limit": 201})).status_code == 422

        listing = f"accreditations/{(await held.row())['accreditation_id']}:choose-listing"
        await here.api.ask(held.home.manager, PORTFOLIO, listing, {"agrees": False})
        await here.platform.settled()
        again = await anybody.get(address, params={"place": "Wirral"})
        assert not [line for line in again.json()["items"] if line == expected]
