"""An accreditation through the years: due, lapsed, brought back, renewed; and what it was on any day between.

The clock goes on by years here, so this file comes last. Its tests tell one story, in this order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx2
import pytest

from deploy.demo.journey import evidence, homes
from deploy.demo.journey.answers import Answer, Refused
from tests.support.acceptance_region import PROMISE, SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.platform import Platform

PORTFOLIO = evidence.PORTFOLIO
PROGRAMME: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-yearly",
    "requirements": [
        {"key": "on-role", "step": "ON", "title": "Who represents the home"},
        {"key": "s1-policy", "step": "S1", "title": "The home's policy", "renewable": True},
    ],
}

pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Story:
    """One home, from its accreditation on."""

    region: Region
    cohort: Cohort
    home: Home
    portfolio_id: str
    accreditation_id: str
    granted_on: date

    async def now_is(self, day: date) -> None:
        """Let the clock go on to noon of this day."""
        self.region.platform.clock.move(datetime.combine(day, time(12), UTC))
        await self.region.platform.settled()

    async def look(self) -> Mapping[str, Any]:
        """The accreditation as it stands."""
        where = f"accreditations/{self.accreditation_id}"
        found: Mapping[str, Any] = (await self.region.api.get(self.home.manager, PORTFOLIO, where)).body
        return found

    async def on(self, day: date) -> Mapping[str, Any]:
        """What it was on this day."""
        where = f"accreditations/{self.accreditation_id}/status"
        answer = await self.region.api.get(self.home.manager, PORTFOLIO, where, on=day.isoformat())
        found: Mapping[str, Any] = answer.body
        return found

    async def ask(self, verb: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Ask something of the accreditation, for the home."""
        where = f"accreditations/{self.accreditation_id}:{verb}"
        return await self.region.api.ask(self.home.manager, PORTFOLIO, where, body)

    async def listed(self) -> list[str]:
        """The status that anybody sees of this home on the public register."""
        address = f"{self.region.platform.running.address(PORTFOLIO)}/v1/accredited-homes"
        async with httpx2.AsyncClient(trust_env=False) as anybody:
            answer = await anybody.get(address, headers={"Sixsteps-Region": self.region.name})
        return [line["status"] for line in answer.json()["items"]]

    def told(self, name: str) -> list[Mapping[str, Any]]:
        """The events of this name."""
        return [event.data for event in self.region.events(PORTFOLIO, name)]


@pytest.fixture(scope="module")
async def story(platform: Platform) -> Story:
    here = Region(platform, "award-years")
    cohort = await here.cohort(PROGRAMME)
    home = await here.placed_home(cohort)
    portfolio_id = await here.filled(home, cohort)
    await evidence.attest(here.api, home.manager, portfolio_id, PROMISE)
    await evidence.sign_off(here.api, cohort.lead, portfolio_id)
    await platform.settled()
    (row,) = await here.api.rows(here.coordinator, PORTFOLIO, "accreditations", home_id=home.id)
    return Story(here, cohort, home, portfolio_id, row["accreditation_id"], date.fromisoformat(row["valid_from"]))


@pytest.fixture
async def region(story: Story) -> Region:
    return story.region


async def test_W04_an_accreditation_is_due_and_then_lapses_by_the_clock(story: Story):
    valid_to = date.fromisoformat((await story.look())["valid_to"])
    assert await story.listed() == ["granted"]

    await story.now_is(valid_to - timedelta(days=29))
    assert (await story.look())["status"] == "due"
    assert [each["due"] for each in story.told("ReaccreditationDue")] == [False, False, True]
    reminded = [to for to, subject in story.region.mails() if subject.startswith("The accreditation of")]
    assert len(reminded) == 2 * len(story.told("ReaccreditationDue"))
    await story.now_is(valid_to + timedelta(days=30))
    assert ((await story.look())["status"], await story.listed()) == ("due", ["due"])

    await story.now_is(valid_to + timedelta(days=31))
    assert (await story.look())["status"] == "lapsed"
    (lapsed,) = story.told("AccreditationLapsed")
    assert lapsed["lapsed_on"] == (valid_to + timedelta(days=31)).isoformat()


async def test_U23_a_lapse_takes_the_listing_and_nothing_of_the_persons_and_there_is_a_way_back(story: Story):
    person = story.home.representative.person_id
    assert await story.listed() == []
    (enrolment,) = await story.region.api.rows(
        story.region.coordinator, homes.ENROLMENT, "enrolments", home_id=story.home.id
    )
    assert enrolment["awarded_person_ids"] == [person]
    started = await story.ask("start-renewal")
    assert (started.status, started.body["renewing"]) == (200, True)
    await story.region.platform.settled()
    assert [each["requirement_keys"] for each in story.told("RenewalOpened")] == [["s1-policy"]]


async def test_W05_a_renewal_adds_and_never_resets(story: Story):
    api, lead, author = story.region.api, story.cohort.lead, story.home.representative
    earlier = (await evidence.portfolio(api, lead, story.portfolio_id))["approved"]
    complete = f"portfolios/{story.portfolio_id}/completeness"
    before = (await api.get(author, PORTFOLIO, complete)).body
    assert (before["met"], before["needed"], before["missing"]) == (0, 1, ["s1-policy"])
    with pytest.raises(Refused) as closed:
        await story.region.submitted(story.home, story.portfolio_id, "on-role")
    assert closed.value.code == "portfolio_locked"

    fresh = await story.region.submitted(story.home, story.portfolio_id, "s1-policy")
    await evidence.approve(api, lead, fresh, 1)
    await story.region.platform.settled()
    for item in earlier.values():
        assert (await api.get(author, PORTFOLIO, f"evidence/{item}")).body["status"] == "approved"
    assert (await evidence.portfolio(api, lead, story.portfolio_id))["approved"] == earlier
    attest = {"wording_version": PROMISE, "agrees_to_public_register": True}
    where = f"portfolios/{story.portfolio_id}"
    await api.ask(story.home.manager, PORTFOLIO, f"{where}:attest-renewal", attest)
    await api.ask(lead, PORTFOLIO, f"{where}:sign-off-renewal")
    await story.region.platform.settled()

    now = await story.look()
    assert (now["status"], now["valid_from"], now["cycle"]) == ("granted", story.region.today.isoformat(), 2)
    assert await story.listed() == ["granted"]
    (renewed,) = story.told("AccreditationRenewed")
    (granted,) = story.told("AccreditationGranted")
    assert renewed["certificate_number"] == now["certificate_number"] != granted["certificate_number"]


async def test_W14_the_status_of_any_past_day_names_the_event_that_made_it_so(story: Story):
    names = {event.id: event.name for event in story.region.events(PORTFOLIO)}
    valid_to = date.fromisoformat(story.told("AccreditationGranted")[0]["valid_to"])
    lapsed_on = valid_to + timedelta(days=31)
    days = {
        story.granted_on - timedelta(days=1): ("none", None),
        story.granted_on: ("granted", "AccreditationGranted"),
        valid_to - timedelta(days=30): ("due", "ReaccreditationDue"),
        lapsed_on - timedelta(days=1): ("due", "ReaccreditationDue"),
    }
    for day, (status, because) in days.items():
        then = await story.on(day)
        assert (then["status"], then["because"] and names[then["because"]["event_id"]]) == (status, because), day
    today = await story.on(story.region.today)
    assert (today["status"], names[today["because"]["event_id"]]) == ("granted", "AccreditationRenewed")
