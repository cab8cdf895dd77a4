"""Looking further: matrix, completeness, versions, and the archive that a home takes away."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.completeness import completeness
from services.portfolio.queries.export import export
from services.portfolio.queries.matrix import matrix
from services.portfolio.queries.progress import PortfolioQuestion
from services.portfolio.queries.versions import VersionsQuestion, versions
from services.portfolio.views.evidence import EvidenceRow
from shared.chassis.declarations.query import Told
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import EvidenceFileAttached
from shared.events.values import Framework
from tests.unit.portfolio.given import (
    APPROVED,
    AUTHOR,
    DRAFTED,
    EVIDENCE_ID,
    HOME_ID,
    NOW,
    PORTFOLIO_ID,
    RECORD,
    REFLECTION,
    REQUIREMENTS,
    RETURNED,
    STATEMENT,
    VERSION_ID,
    drafted,
    filled,
    opened,
    submitted,
)

TAGGED = replace(
    REQUIREMENTS,
    frameworks=(Framework(key="q", version="1", title="Questions", codes=("safe", "responsive", "well-led")),),
)
ATTACHED = EvidenceFileAttached(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    file_id="file-1",
    sha256=hashlib.sha256(b"rota").hexdigest(),
    size=4,
    media_type="text/plain",
    attached_by=AUTHOR.id,
)
HISTORY = [DRAFTED, ATTACHED, submitted(), RETURNED, submitted(2), APPROVED.model_copy(update={"revision": 2})]
ROW = EvidenceRow(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    requirement_key=STATEMENT.key,
    also_for=(RECORD.key,),
    status="approved",
    tags=(*STATEMENT.tags, "safe"),
)
QUESTION = PortfolioQuestion(portfolio_id=PORTFOLIO_ID)


class Desk:
    """The tools of a query, over what it was given."""

    def __init__(self) -> None:
        self.known: dict[tuple[type[State], str], State] = {
            (Portfolio, PORTFOLIO_ID): opened.given(filled(STATEMENT)).state,
            (Requirements, VERSION_ID): TAGGED,
            (Evidence, EVIDENCE_ID): drafted.state,
        }

    async def look(self, state: type[State], thing_id: str) -> Any:
        return self.known.get((state, thing_id))

    async def history(self, state: type[State], thing_id: str) -> Sequence[Told]:
        assert (state, thing_id) == (Evidence, EVIDENCE_ID)
        return [
            Told(id=f"e{at}", event=event, at=NOW + timedelta(days=at), actor_id="somebody", causation_id=None)
            for at, event in enumerate(HISTORY)
        ]

    async def rows(self, view: Any, **equal: str) -> Sequence[EvidenceRow]:
        assert (view.path, equal) == ("evidence", {"portfolio_id": PORTFOLIO_ID})
        return [ROW]

    async def text(self, document_id: str) -> str | None:
        return {"narrative-1": "What <we> do"}.get(document_id)

    async def file(self, file_id: str) -> bytes | None:
        return {"file-1": b"rota"}.get(file_id)


async def test_an_item_is_in_the_cell_of_each_of_its_steps_and_codes() -> None:
    found = await matrix(QUESTION, Desk())  # type: ignore[arg-type]  # a stand-in for the tools
    cells = {(cell.step, cell.code): (cell.requirements, cell.approved) for cell in found.cells}
    assert cells == {
        ("S1", "safe"): ((), (EVIDENCE_ID,)),
        ("S1", "responsive"): ((STATEMENT.key,), (EVIDENCE_ID,)),
        ("S1", "well-led"): ((STATEMENT.key,), (EVIDENCE_ID,)),
        ("S2", "safe"): ((), (EVIDENCE_ID,)),
    }


async def test_completeness_counts_by_step_and_by_code() -> None:
    found = await completeness(QUESTION, Desk())  # type: ignore[arg-type]  # a stand-in for the tools
    assert (found.met, found.needed, found.missing) == (1, 2, (RECORD.key,))
    assert [(each.key, each.met, each.needed) for each in found.steps] == [("S1", 1, 1), ("S2", 0, 1)]
    assert [(each.key, each.met, each.needed) for each in found.criteria] == [
        ("safe", 0, 0),
        ("responsive", 1, 1),
        ("well-led", 1, 1),
    ]
    assert REFLECTION.key not in found.missing


async def test_every_version_keeps_its_words_and_its_feedback() -> None:
    found = await versions(VersionsQuestion(evidence_id=EVIDENCE_ID), Desk())  # type: ignore[arg-type]  # a stand-in for the tools
    assert [(each.revision, each.narrative, each.file_ids) for each in found.versions] == [
        (1, "What <we> do", ("file-1",)),
        (2, "What <we> do", ("file-1",)),
    ]
    outcomes = [[said.outcome for said in each.feedback] for each in found.versions]
    assert (outcomes, found.home_id) == ([["returned"], ["approved"]], HOME_ID)
    assert found.versions[0].feedback[0].words is None  # redacted


async def exported() -> zipfile.ZipFile:
    found = await export(QUESTION, Desk())  # type: ignore[arg-type]  # a stand-in for the tools
    assert found.home_id == HOME_ID
    assert not isinstance(found.content, bytes)
    pieces = [piece async for piece in found.content]
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


async def test_the_archive_holds_everything_and_its_sums_are_right() -> None:
    archive = await exported()
    lines = archive.read("SHA256SUMS").decode().splitlines()
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
    assert set(archive.namelist()) == {*sums, "SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert archive.read(f"evidence/{EVIDENCE_ID}/files/file-1.txt") == b"rota"
    listed = [each["path"] for each in json.loads(archive.read("manifest.json"))["files"]]
    assert listed == [name for name in sums if name != "manifest.json"]
    page = archive.read("index.html").decode()
    assert "What &lt;we&gt; do" in page
    assert "<we>" not in page


class Page(HTMLParser):
    """What a screen reader goes by: the tags with what they say of themselves, and the words of each link."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs).get("aria-label") or "")

    @override
    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "a" and not self.links[-1]:
            self.links[-1] = data


async def test_the_page_of_an_archive_can_be_read_by_everybody() -> None:
    """WCAG 2.2 AA, as far as a page's structure says it: 1.3.1, 1.4.10, 2.4.4, 3.1.1."""
    page = Page((await exported()).read("index.html").decode())
    tags = [tag for tag, _ in page.tags]
    assert [level for level in tags if level in ("h1", "h2", "h3", "h4")][:3] == ["h1", "h2", "h2"]
    assert ("html", {"lang": "en"}) in page.tags
    assert any(told.get("name") == "viewport" for _, told in page.tags)
    assert all("scope" in told for tag, told in page.tags if tag == "th")
    assert tags.count("table") == sum(told.get("role") == "region" for _, told in page.tags)
    ids = {told["id"] for _, told in page.tags if "id" in told}
    inside = {str(told["href"])[1:] for tag, told in page.tags if tag == "a" and str(told["href"]).startswith("#")}
    assert inside
    assert inside <= ids
    assert all(any(sign.isalpha() for sign in words) for words in page.links)
