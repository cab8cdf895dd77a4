"""Feature rows and stories of evidence: one item for many requirements, versions, returns, reviewers, approvals."""

import asyncio
import io
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.journey import evidence, homes, who
from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import Who
from tests.support.acceptance_region import SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.eventually import eventually
from tests.support.platform import Platform

PORTFOLIO = evidence.PORTFOLIO
PROGRAMME: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-tagged",
    "frameworks": [{"key": "questions", "version": "1", "title": "Key questions", "codes": ["safe", "well-led"]}],
    "requirements": [
        {"key": "on-role", "step": "ON", "title": "Who represents the home", "tags": ["well-led"]},
        {"key": "s1-policy", "step": "S1", "title": "The home's policy", "tags": ["well-led"]},
        {"key": "s1-calls", "step": "S1", "title": "Whom to call at night"},
    ],
}


@dataclass(frozen=True)
class Desk:
    """One home that has been to every workshop, its reviewer and a second one."""

    region: Region
    cohort: Cohort
    home: Home
    portfolio_id: str
    second: Who

    async def drafted(self, key: str = "on-role", **more: Any) -> str:
        """An item of evidence; its id."""
        body = {"portfolio_id": self.portfolio_id, "home_id": self.home.id, "requirement_key": key}
        asked = await self.region.api.ask(
            self.home.representative, PORTFOLIO, "evidence", {**body, "narrative": "What we do.", **more}
        )
        return asked.id

    async def submitted(self, key: str = "on-role", **more: Any) -> str:
        """An item that was handed in; its id."""
        item = await self.drafted(key, **more)
        await evidence.submit(self.region.api, self.home.representative, item)
        return item

    async def look(self, path: str, by: Who | None = None) -> Any:
        """The answer to a question."""
        return (await self.region.api.get(by or self.home.representative, PORTFOLIO, path)).body


@pytest.fixture(scope="module")
async def desk(platform: Platform) -> Desk:
    here = Region(platform, "evidence-desk")
    cohort = await here.cohort(PROGRAMME)
    home = await here.placed_home(cohort)
    portfolio_id = await here.portfolio(home)
    await here.attended(home, cohort)
    second = who.facilitator(await here.person("Second Reviewer"), here.name)
    await platform.settled()
    return Desk(here, cohort, home, portfolio_id, second)


@pytest.fixture
async def region(desk: Desk) -> Region:
    return desk.region


async def test_F02_one_item_serves_many_requirements_and_shows_in_every_cell(desk: Desk):
    item = await desk.drafted("on-role", also_for=["s1-policy"])
    served = {"also_for": ["s1-calls"], "tags": ["safe"]}
    await desk.region.api.ask(desk.home.representative, PORTFOLIO, f"evidence/{item}:map", served)
    await evidence.submit(desk.region.api, desk.home.representative, item)
    with pytest.raises(Refused) as locked:
        await desk.region.api.ask(desk.home.representative, PORTFOLIO, f"evidence/{item}:map", {})
    assert locked.value.code == "evidence_locked"
    await evidence.approve(desk.region.api, desk.cohort.lead, item, 1)
    await desk.region.platform.settled()

    matrix = await desk.look(f"portfolios/{desk.portfolio_id}/matrix")
    cells = {(cell["step"], cell["code"]): cell["approved"] for cell in matrix["cells"]}
    assert all(item in cells[place] for place in (("ON", "well-led"), ("ON", "safe"), ("S1", "safe")))
    assert item not in cells["S1", "well-led"]
    portfolio = await evidence.portfolio(desk.region.api, desk.cohort.lead, desk.portfolio_id)
    assert {"on-role", "s1-calls"} <= portfolio["approved"].keys()

    with pytest.raises(Refused) as unknown:
        await desk.drafted(tags=["kind"])
    assert (unknown.value.status, unknown.value.code, unknown.value.pointer) == (422, "unknown_tag", "/tags")


async def test_F17_completeness_counts_per_step_and_criterion_and_names_what_is_missing(desk: Desk):
    fresh = await desk.region.placed_home(desk.cohort)
    portfolio_id = await desk.region.portfolio(fresh)
    before = await desk.look(f"portfolios/{portfolio_id}/completeness", desk.cohort.lead)
    assert (before["met"], before["needed"]) == (0, 3)
    where, why = f"portfolios/{portfolio_id}:except-requirement", {"reason": "Nobody is ever called at night."}
    await desk.region.api.ask(desk.cohort.lead, PORTFOLIO, where, {"requirement_key": "s1-policy", **why})

    after = await desk.look(f"portfolios/{portfolio_id}/completeness", fresh.representative)
    assert (after["met"], after["needed"], after["missing"]) == (1, 3, ["on-role", "s1-calls"])
    steps = {each["key"]: (each["met"], each["needed"], each["missing"]) for each in after["steps"]}
    assert steps == {"ON": (0, 1, ["on-role"]), "S1": (1, 2, ["s1-calls"])}
    criteria = {each["key"]: (each["met"], each["needed"], each["missing"]) for each in after["criteria"]}
    assert criteria == {"safe": (0, 0, []), "well-led": (1, 2, ["on-role"])}


async def test_F06_every_version_stays_readable_with_its_feedback(desk: Desk):
    api, lead, author = desk.region.api, desk.cohort.lead, desk.home.representative
    item = await desk.submitted()
    await evidence.send_back(api, lead, item, 1, ["unclear", "missing-date"], "Say since when.")
    await evidence.revise(api, author, item, "We do it since May.")
    await evidence.submit(api, author, item)
    await evidence.approve(api, lead, item, 2)

    found = (await desk.look(f"evidence/{item}/versions"))["versions"]
    assert [(each["revision"], each["narrative"]) for each in found] == [(1, "What we do."), (2, "We do it since May.")]
    (returned,), (approved,) = found[0]["feedback"], found[1]["feedback"]
    assert (returned["outcome"], returned["words"]) == ("returned", "Say since when.")
    assert returned["reasons"] == ["unclear", "missing-date"]
    assert (approved["outcome"], approved["by_person_id"]) == ("approved", lead.person_id)


async def test_F13_submitted_is_locked_and_returned_really_unlocks(desk: Desk):
    api, author = desk.region.api, desk.home.representative
    item = await desk.submitted()
    with pytest.raises(Refused) as locked:
        await evidence.revise(api, author, item, "One more thought.")
    assert (locked.value.status, locked.value.code) == (409, "evidence_locked")
    await evidence.send_back(api, desk.cohort.lead, item, 1, ["incomplete"])
    assert (await evidence.revise(api, author, item, "One more thought.")).status == 200
    assert await evidence.submit(api, author, item) == 2


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
    assert [row["evidence_id"] for row in rows] == [item]


async def test_F11_waiting_is_visible_claimed_and_spoken_of_once_for_each_step(desk: Desk):
    region, platform = desk.region, desk.region.platform
    item = await desk.submitted()
    await platform.settled()

    async def row() -> Mapping[str, Any]:
        rows = await region.api.rows(desk.second, PORTFOLIO, "review-queue", cohort_id=desk.cohort.id)
        return next(each for each in rows if each["evidence_id"] == item)

    assert (await row())["claimed_by"] is None
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
    waiting = await row()
    assert (waiting["overdue"], waiting["claimed_by"]) == ("escalation", desk.second.person_id)
    fortnight = (platform.now() - timedelta(days=14)).isoformat().replace("+00:00", "Z")
    older = await region.api.rows(desk.second, PORTFOLIO, "review-queue", until=fortnight)
    assert item in [each["evidence_id"] for each in older]

    await claim(desk, desk.second, item, "release")
    await evidence.approve(region.api, desk.cohort.lead, item, 1)

    async def gone() -> bool:
        rows = await region.api.rows(desk.second, PORTFOLIO, "review-queue")
        return item not in [each["evidence_id"] for each in rows]

    await eventually(gone, "a decided review leaves the queue")


async def test_F10_a_gap_has_an_action_an_owner_and_a_day_and_is_overdue_once(desk: Desk):
    region, platform = desk.region, desk.region.platform
    home = await region.placed_home(desk.cohort)
    portfolio_id = await region.portfolio(home)
    owner = home.representative.person_id
    body = {
        "portfolio_id": portfolio_id,
        "home_id": home.id,
        "requirement_key": "s1-policy",
        "action": "Ask the night staff what they do.",
        "owner_person_id": owner,
        "due_on": (region.today - timedelta(days=1)).isoformat(),
    }
    gap_id = (await region.api.ask(desk.cohort.lead, PORTFOLIO, "gaps", body)).id
    await region.event(PORTFOLIO, "GapOverdue")
    await platform.settled()

    rows = await region.api.rows(home.manager, PORTFOLIO, "gaps", owner_person_id=owner)
    assert [(row["gap_id"], row["status"]) for row in rows] == [(gap_id, "overdue")]
    platform.clock.move(platform.now() + timedelta(days=1))
    await platform.settled()
    assert len(region.events(PORTFOLIO, "GapOverdue")) == 1

    except_it = {"requirement_key": "s1-policy", "reason": "There is no night shift."}
    await region.api.ask(desk.cohort.lead, PORTFOLIO, f"portfolios/{portfolio_id}:except-requirement", except_it)
    (closed,) = [await region.event(PORTFOLIO, "GapClosed")]
    assert (closed.data["gap_id"], closed.data["how"]) == (gap_id, "exception")


async def test_F15_a_portfolio_is_taken_away_whole_also_after_the_home_has_left(desk: Desk, tmp_path: Path):
    region, api = desk.region, desk.region.api
    home = await region.placed_home(desk.cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, desk.cohort)
    await region.platform.settled()
    item = await region.submitted(home, portfolio_id, "on-role")
    await evidence.send_back(api, desk.cohort.lead, item, 1, ["unclear"], "Say <who> stands in.")
    await evidence.attach(api, home.representative, item, "rota.txt", b"Who is on duty, and when.")
    await evidence.submit(api, home.representative, item)
    await evidence.approve(api, desk.cohort.lead, item, 2)
    leaving = f"enrolments/{home.enrolment_id}:withdraw"
    await api.ask(home.manager, homes.ENROLMENT, leaving, {"reason": "other"})
    await region.platform.settled()
    with pytest.raises(Refused) as frozen:
        await region.submitted(home, portfolio_id, "s1-policy")
    assert (frozen.value.status, frozen.value.code) == (409, "home_has_left")

    answer = await api.get(home.manager, PORTFOLIO, f"portfolios/{portfolio_id}/export.zip")

    assert answer.headers["content-type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.body)).extractall(tmp_path)
    summed = await asyncio.to_thread(
        subprocess.run, ["/usr/bin/sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert summed.returncode == 0, summed.stdout + summed.stderr
    page = (tmp_path / "index.html").read_text()
    for words in ("Matrix", "well-led", "What we do and how we know.", "Say &lt;who&gt; stands in.", "frozen since"):
        assert words in page, words
    files = set(zipfile.ZipFile(io.BytesIO(answer.body)).namelist())
    assert {"index.html", "manifest.json", "SHA256SUMS", f"evidence/{item}/version-1.txt"} < files
    assert any(name.startswith(f"evidence/{item}/files/") for name in files)
    stranger = who.manager("manager-elsewhere", "home-elsewhere", region=region.name)
    with pytest.raises(Refused) as theirs:
        await api.get(stranger, PORTFOLIO, f"portfolios/{portfolio_id}/export.zip")
    assert theirs.value.status == 403
