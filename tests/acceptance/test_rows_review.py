"""Feature rows and stories of the review: one decision for each revision, by somebody from elsewhere, in time."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from deploy.demo.journey import evidence
from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import Who
from tests.support.acceptance_region import Region
from tests.support.evidence_desk import Desk

PORTFOLIO = evidence.PORTFOLIO


@pytest.fixture
async def region(desk: Desk) -> Region:
    return desk.region


async def approving(desk: Desk, by: Who, item: str, etag: str | None) -> Answer | Refused:
    try:
        where = f"evidence/{item}:approve"
        return await desk.region.api.ask(by, PORTFOLIO, where, {"revision": 1}, if_match=etag)
    except Refused as no:
        return no


async def test_F14_of_two_reviewers_at_once_the_second_is_told_that_it_is_stale(desk: Desk):
    item = await desk.submitted()
    seen = (await desk.region.api.get(desk.cohort.lead, PORTFOLIO, f"evidence/{item}")).etag

    first = await approving(desk, desk.cohort.lead, item, seen)
    second = await approving(desk, desk.second, item, seen)

    assert isinstance(first, Answer)
    assert isinstance(second, Refused)
    assert (second.status, second.code) == (412, "version_mismatch")
    assert second.headers["etag"] == first.etag != seen


async def test_U10_two_reviewers_act_at_once_and_one_decision_counts(desk: Desk):
    item = await desk.submitted()
    seen = (await desk.region.api.get(desk.cohort.lead, PORTFOLIO, f"evidence/{item}")).etag

    said = await asyncio.gather(*(approving(desk, by, item, seen) for by in (desk.cohort.lead, desk.second)))

    assert sorted(each.status for each in said) == [200, 412]
    stale = next(each for each in said if isinstance(each, Refused))
    await desk.region.platform.settled()
    decided = [e for e in desk.region.events(PORTFOLIO, "EvidenceApproved") if e.data["evidence_id"] == item]
    assert len(decided) == 1
    assert stale.headers["etag"] == (await desk.region.api.get(desk.second, PORTFOLIO, f"evidence/{item}")).etag

    other = await desk.submitted()
    await evidence.send_back(desk.region.api, desk.second, other, 1, ["unclear"])
    await evidence.submit(desk.region.api, desk.home.representative, other)
    with pytest.raises(Refused) as revision:
        await evidence.approve(desk.region.api, desk.cohort.lead, other, 1)
    assert (revision.value.code, revision.value.details["revision"]) == ("stale_revision", 2)


async def test_F08_nobody_reviews_their_own_homes_evidence(desk: Desk):
    item = await desk.submitted()
    own = desk.home.representative.also("facilitator")
    for by in (own, own.at(), desk.cohort.lead.at(desk.home.id)):
        for ask in (evidence.approve(desk.region.api, by, item, 1), claim(desk, by, item)):
            with pytest.raises(Refused) as no:
                await ask
            assert (no.value.status, no.value.code) == (403, "conflict_of_interest")


def claim(desk: Desk, by: Who, item: str, verb: str = "claim", revision: int = 1) -> Any:
    body = {"revision": revision} if verb == "claim" else {}
    return desk.region.api.ask(by, PORTFOLIO, f"evidence/{item}:{verb}", body)


async def test_U31_one_person_with_two_roles_reviews_for_others_and_never_for_their_own_home(desk: Desk):
    both = desk.home.representative.also("facilitator")
    own = await desk.submitted()
    with pytest.raises(Refused) as no:
        await evidence.approve(desk.region.api, both, own, 1)
    assert no.value.code == "conflict_of_interest"

    neighbour = await desk.region.placed_home(desk.cohort)
    portfolio_id = await desk.region.portfolio(neighbour)
    await desk.region.attended(neighbour, desk.cohort, ["ON"])
    await desk.region.platform.settled()
    theirs = await desk.region.submitted(neighbour, portfolio_id, "on-role")
    assert (await evidence.approve(desk.region.api, both, theirs, 1)).body["status"] == "approved"
    with pytest.raises(Refused) as writing:
        await evidence.revise(desk.region.api, both, theirs, "As a reviewer I write nothing for them.")
    assert writing.value.status == 403


async def test_U7_what_comes_back_has_reasons_guidance_a_day_and_in_the_end_somebody_to_ask(desk: Desk):
    api, lead, author = desk.region.api, desk.cohort.lead, desk.home.representative
    item = await desk.submitted()
    with pytest.raises(Refused) as unlisted:
        await evidence.send_back(api, lead, item, 1, ["not-good-enough"])
    assert (unlisted.value.status, unlisted.value.pointer) == (422, "/reasons/0")

    for revision in (1, 2, 3):
        back = await evidence.send_back(api, lead, item, revision, ["unclear"], "Start from one afternoon.")
        assert back.body["due_on"] == (desk.region.today + timedelta(days=14)).isoformat()
        await evidence.submit(api, author, item)
    await desk.region.platform.settled()

    returned = [e.data for e in desk.region.events(PORTFOLIO, "EvidenceReturned") if e.data["evidence_id"] == item]
    assert [each["support_suggested"] for each in returned] == [False, False, True]
    assert not {"score", "grade", "mark", "points"} & set(returned[0])
    rows = await api.rows(desk.cohort.lead, PORTFOLIO, "evidence", support_suggested="true")
    assert item in [row["evidence_id"] for row in rows]
    assert all(row["support_suggested"] for row in rows)


async def queued(desk: Desk, item: str, **filters: str) -> Mapping[str, Any] | None:
    """The item as it waits for its review; None if it does not."""
    rows = await desk.region.api.rows(desk.second, PORTFOLIO, "review-queue", **filters)
    return next((each for each in rows if each["evidence_id"] == item), None)


async def test_F11_waiting_is_visible_claimed_and_spoken_of_once_for_each_step(desk: Desk):
    region, platform = desk.region, desk.region.platform
    item = await desk.submitted()
    await platform.settled()

    fresh = await queued(desk, item, cohort_id=desk.cohort.id)
    assert fresh is not None
    assert fresh["claimed_by"] is None
    await claim(desk, desk.second, item)
    with pytest.raises(Refused) as taken:
        await claim(desk, desk.cohort.lead, item)
    assert (taken.value.status, taken.value.code) == (409, "claimed_by_another")

    for days in (7, 7):
        platform.clock.move(platform.now() + timedelta(days=days, minutes=1))
        await platform.settled()
    overdue = [e.data for e in region.events(PORTFOLIO, "EvidenceReviewOverdue") if e.data["evidence_id"] == item]
    assert [each["stage"] for each in overdue] == ["reminder", "escalation"]
    assert {each["facilitator_person_id"] for each in overdue} == {desk.second.person_id}
    fortnight = (platform.now() - timedelta(days=14)).isoformat().replace("+00:00", "Z")
    waiting = await queued(desk, item, until=fortnight)
    assert waiting is not None
    assert (waiting["overdue"], waiting["claimed_by"]) == ("escalation", desk.second.person_id)

    await claim(desk, desk.second, item, "release")
    await evidence.approve(region.api, desk.cohort.lead, item, 1)
    await platform.settled()
    assert await queued(desk, item) is None
