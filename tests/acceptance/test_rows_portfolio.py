"""Feature rows of portfolio: it opens by itself, and every item of evidence gets its decision."""

import pytest

from deploy.demo.journey import evidence
from deploy.demo.journey.answers import Refused
from tests.support.acceptance_region import Region

PORTFOLIO = evidence.PORTFOLIO


async def test_F01_a_portfolio_opens_itself_when_a_home_gets_its_place(region: Region):
    cohort = await region.cohort()
    home = await region.ready_home(cohort)
    await region.platform.settled()
    assert not region.events(PORTFOLIO, "PortfolioOpened")

    await region.place(home, cohort)

    portfolio_id = await region.portfolio(home)
    opened = await region.event(PORTFOLIO, "PortfolioOpened")
    assert opened.data["enrolment_id"] == home.enrolment_id
    assert opened.data["portfolio_id"] == portfolio_id
    assert opened.data["representative_person_ids"] == [home.representative.person_id]


async def test_F01_a_portfolio_opens_once_however_often_the_event_arrives(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    before = (await region.api.get(region.coordinator, PORTFOLIO, f"portfolios/{portfolio_id}")).body
    await region.platform.settled()
    enrolled = next(event for event in region.events("enrolment", "HomeEnrolled"))

    for _ in range(3):
        await region.platform.onlooker.say_again(enrolled.message)
    await region.platform.replay(PORTFOLIO)

    assert len(region.events(PORTFOLIO, "PortfolioOpened")) == 1
    assert len(await region.api.rows(region.coordinator, PORTFOLIO, "portfolios")) == 1
    assert (await region.api.get(region.coordinator, PORTFOLIO, f"portfolios/{portfolio_id}")).body == before


async def test_F07_every_revision_gets_one_decision(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    item = await region.submitted(home, portfolio_id, "on-role")

    back = await evidence.send_back(region.api, cohort.lead, item, 1, ["unclear"], "Say who stands in for you.")
    assert (back.body["status"], back.body["reasons"]) == ("returned", ["unclear"])
    with pytest.raises(Refused) as decided:
        await evidence.approve(region.api, cohort.lead, item, 1)
    assert (decided.value.status, decided.value.code) == (409, "evidence_decided")

    await evidence.revise(region.api, home.representative, item, "Who stands in for me is written up.")
    assert await evidence.submit(region.api, home.representative, item) == 2
    with pytest.raises(Refused) as stale:
        await evidence.approve(region.api, cohort.lead, item, 1)
    assert (stale.value.status, stale.value.code) == (409, "stale_revision")
    approved = [await evidence.approve(region.api, cohort.lead, item, 2) for _ in range(2)]
    assert approved[0].body == approved[1].body

    await region.platform.settled()
    assert [event.data["revision"] for event in region.events(PORTFOLIO, "EvidenceReturned")] == [1]
    assert [event.data["revision"] for event in region.events(PORTFOLIO, "EvidenceApproved")] == [2]
    filled = region.events(PORTFOLIO, "SlotFilled")
    assert [(event.data["requirement_key"], event.data["revision"]) for event in filled] == [("on-role", 2)]


async def test_F07_not_applicable_needs_a_reason(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    where, what = f"portfolios/{portfolio_id}:except-requirement", {"requirement_key": "s1-policy"}

    with pytest.raises(Refused) as without:
        await region.api.ask(cohort.lead, PORTFOLIO, where, what)
    assert (without.value.status, without.value.pointer) == (422, "/reason")
    with pytest.raises(Refused) as empty:
        await region.api.ask(cohort.lead, PORTFOLIO, where, {**what, "reason": ""})
    assert (empty.value.status, empty.value.pointer) == (422, "/reason")

    excepted = await region.api.ask(cohort.lead, PORTFOLIO, where, {**what, "reason": "Nobody here needs one."})
    assert excepted.body["excepted"] == ["s1-policy"]
    told = await region.event(PORTFOLIO, "RequirementExcepted")
    assert told.data["requirement_key"] == "s1-policy"
    assert "Nobody here" not in str(told.data)
    text = await region.api.get(
        cohort.lead, PORTFOLIO, f"portfolios/{portfolio_id}/documents/{told.data['reason']['document_id']}"
    )
    assert text.body["text"] == "Nobody here needs one."
