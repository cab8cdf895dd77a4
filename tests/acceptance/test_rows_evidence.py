"""Feature rows and stories of evidence: one item for many requirements, versions, gaps, and what is taken away."""

import asyncio
import io
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.demo.journey import evidence, homes, who
from deploy.demo.journey.answers import Refused
from tests.support.acceptance_region import Home, Region
from tests.support.evidence_desk import Desk
from tests.support.onlooker import Seen

PORTFOLIO = evidence.PORTFOLIO


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


def of_gap(region: Region, gap_id: str, name: str) -> list[Seen]:
    return [event for event in region.events(PORTFOLIO, name) if event.data["gap_id"] == gap_id]


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
    await platform.settled()

    rows = await region.api.rows(home.manager, PORTFOLIO, "gaps", owner_person_id=owner)
    assert [(row["gap_id"], row["status"]) for row in rows] == [(gap_id, "overdue")]
    platform.clock.move(platform.now() + timedelta(days=1))
    await platform.settled()
    assert len(of_gap(region, gap_id, "GapOverdue")) == 1

    except_it = {"requirement_key": "s1-policy", "reason": "There is no night shift."}
    await region.api.ask(desk.cohort.lead, PORTFOLIO, f"portfolios/{portfolio_id}:except-requirement", except_it)
    await platform.settled()
    assert [event.data["how"] for event in of_gap(region, gap_id, "GapClosed")] == ["exception"]


async def said_twice(desk: Desk, home: Home, portfolio_id: str) -> str:
    """An item that came back with feedback, and was approved with a file."""
    api = desk.region.api
    item = await desk.region.submitted(home, portfolio_id, "on-role")
    await evidence.send_back(api, desk.cohort.lead, item, 1, ["unclear"], "Say <who> stands in.")
    await evidence.attach(api, home.representative, item, "rota.txt", b"Who is on duty, and when.")
    await evidence.submit(api, home.representative, item)
    await evidence.approve(api, desk.cohort.lead, item, 2)
    return item


async def unpacked(archive: bytes, folder: Path) -> set[str]:
    """The names of what was in it, which is what its own sums say."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
        names = set(packed.namelist())
    summed = await asyncio.to_thread(
        subprocess.run, ["/usr/bin/sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    assert summed.returncode == 0, summed.stdout + summed.stderr
    return names


async def test_F15_a_portfolio_is_taken_away_whole_also_after_the_home_has_left(desk: Desk, tmp_path: Path):
    region, api = desk.region, desk.region.api
    home = await region.placed_home(desk.cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, desk.cohort)
    await region.platform.settled()
    item = await said_twice(desk, home, portfolio_id)
    leaving = f"enrolments/{home.enrolment_id}:withdraw"
    await api.ask(home.manager, homes.ENROLMENT, leaving, {"reason": "other"})
    await region.platform.settled()
    with pytest.raises(Refused) as frozen:
        await region.submitted(home, portfolio_id, "s1-policy")
    assert (frozen.value.status, frozen.value.code) == (409, "home_has_left")

    answer = await api.get(home.manager, PORTFOLIO, f"portfolios/{portfolio_id}/export.zip")

    assert answer.headers["content-type"] == "application/zip"
    files = await unpacked(answer.body, tmp_path)
    page = (tmp_path / "index.html").read_text()
    for words in ("Matrix", "well-led", "What we do and how we know.", "Say &lt;who&gt; stands in.", "frozen since"):
        assert words in page, words
    assert {"index.html", "manifest.json", "SHA256SUMS", f"evidence/{item}/version-1.txt"} < files
    assert any(name.startswith(f"evidence/{item}/files/") for name in files)
    stranger = who.manager("manager-elsewhere", "home-elsewhere", region=region.name)
    with pytest.raises(Refused) as theirs:
        await api.get(stranger, PORTFOLIO, f"portfolios/{portfolio_id}/export.zip")
    assert theirs.value.status == 403
