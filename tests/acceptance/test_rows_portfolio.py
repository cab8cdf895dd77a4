"""Feature rows of portfolio: it opens by itself, and every item of evidence gets its decision."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from deploy.demo.journey import evidence, homes, who
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import Who
from tests.acceptance.test_rows_representatives import replaced
from tests.support.acceptance_region import SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.evidence_desk import Desk

PORTFOLIO = evidence.PORTFOLIO
FIVE_AND_ONE: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-five",
    "requirements": [
        *({"key": f"on-{number}", "step": "ON", "title": f"Paper {number}"} for number in range(1, 6)),
        {"key": "on-more", "step": "ON", "title": "What else we learnt", "essential": False},
        {"key": "s1-policy", "step": "S1", "title": "The home's policy"},
    ],
}


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


async def one_approved_one_excepted(region: Region, cohort: Cohort, home: Home, portfolio_id: str) -> list[str]:
    """Of the first four papers the last two remain: one that waits, one that came back."""
    api = region.api
    await evidence.approve(api, cohort.lead, await region.submitted(home, portfolio_id, "on-1"), 1)
    except_it = {"requirement_key": "on-2", "reason": "Nobody here needs one."}
    await api.ask(cohort.lead, PORTFOLIO, f"portfolios/{portfolio_id}:except-requirement", except_it)
    waiting = await region.submitted(home, portfolio_id, "on-3")
    back = await region.submitted(home, portfolio_id, "on-4")
    await evidence.send_back(api, cohort.lead, back, 1, ["unclear"])
    await region.platform.settled()
    return [waiting, back]


async def test_C07_what_is_to_do_is_listed_with_two_of_five_as_forty_percent(region: Region):
    api, cohort = region.api, await region.cohort(FIVE_AND_ONE)
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort, ["ON"])
    await region.platform.settled()
    left = await one_approved_one_excepted(region, cohort, home, portfolio_id)

    todo = (await api.get(home.representative, PORTFOLIO, f"portfolios/{portfolio_id}/todo")).body

    assert (todo["done"], todo["needed"], todo["percent"], todo["steps"]) == (2, 5, 40, ["ON"])
    assert [(each["requirement_key"], each["essential"], each["state"]) for each in todo["items"]] == [
        ("on-3", True, "handed-in"),
        ("on-4", True, "returned"),
        ("on-5", True, "nothing-yet"),
        ("on-more", False, "nothing-yet"),
    ]
    assert [each["evidence_id"] for each in todo["items"]] == [*left, None, None]
    assert (todo["items"][2]["title"], todo["items"][2]["step"]) == ("Paper 5", "ON")
    stranger = who.manager("manager-elsewhere", "home-elsewhere", region=region.name)
    with pytest.raises(Refused) as theirs:
        await api.get(stranger, PORTFOLIO, f"portfolios/{portfolio_id}/todo")
    assert theirs.value.status == 403

    newcomer = who.representative(await region.person("New Comer"), home.id, region=region.name)
    await replaced(region, home, cohort, newcomer.person_id)
    assert (await api.get(newcomer, PORTFOLIO, f"portfolios/{portfolio_id}/todo")).body == todo


async def quiet_for(region: Region, lead: Who, days: int) -> list[str]:
    """The lead's homes of which nothing was heard for so many days."""
    until = (region.platform.now() - timedelta(days=days)).isoformat().replace("+00:00", "Z")
    rows = await region.api.rows(lead, PORTFOLIO, "quiet-portfolios", lead_person_id=lead.person_id, until=until)
    return [row["home_id"] for row in rows]


async def test_C07_a_quiet_home_is_seen_until_it_works_again_or_leaves(desk: Desk):
    region, lead = desk.region, desk.cohort.lead
    home = await region.placed_home(desk.cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, desk.cohort, ["ON"])
    await region.platform.settled()
    back = await region.submitted(home, portfolio_id, "on-role")
    await evidence.send_back(region.api, lead, back, 1, ["unclear"])
    await region.platform.settled()

    assert home.id not in await quiet_for(region, lead, 14)
    region.platform.clock.move(region.platform.now() + timedelta(days=14, minutes=1))
    assert home.id in await quiet_for(region, lead, 14)
    assert home.id not in await quiet_for(region, lead, 15)
    with pytest.raises(Refused) as not_theirs:
        await region.api.rows(home.manager, PORTFOLIO, "quiet-portfolios")
    assert not_theirs.value.status == 403

    await evidence.revise(region.api, home.representative, back, "What we do, said more clearly.")
    await region.platform.settled()
    assert home.id not in await quiet_for(region, lead, 14)
    assert home.id in await quiet_for(region, lead, 0)
    leaving = f"enrolments/{home.enrolment_id}:withdraw"
    await region.api.ask(home.manager, homes.ENROLMENT, leaving, {"reason": "other"})
    await region.platform.settled()
    assert home.id not in await quiet_for(region, lead, 0)
