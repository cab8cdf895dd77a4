"""A whole portfolio to take away: every version with its feedback, every file, and a page that shows the matrix.

It can be read without this system, and of a home that left too: what it did is its own.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.archive import zipped
from services.portfolio.queries.matrix import cells_of
from services.portfolio.queries.progress import PortfolioQuestion, both
from services.portfolio.queries.versions import Version, versions_of
from services.portfolio.views.evidence import EVIDENCE, EvidenceRow
from shared.chassis.declarations.query import Download, Query, QueryTools
from shared.events.portfolio import EvidenceFileAttached

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
ENDINGS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/plain": "txt",
}


@dataclass(frozen=True, kw_only=True)
class PortfolioExport(Download):
    """The archive, and whose it is."""

    home_id: str


@dataclass(frozen=True, kw_only=True)
class Exported:
    """One item as the page shows it; `files` are paths within the archive by their ids."""

    evidence_id: str
    status: str
    titles: Sequence[str]
    versions: Sequence[Version]
    files: Mapping[str, str]


async def export(question: PortfolioQuestion, tools: QueryTools) -> PortfolioExport:
    """The archive. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    about = {
        "portfolio_id": question.portfolio_id,
        "enrolment_id": portfolio.enrolment_id,
        "home_id": portfolio.home_id,
        "status": portfolio.status,
        "version_id": portfolio.version_id,
    }
    entries = _entries(question.portfolio_id, portfolio, asked, tools)
    name = f"portfolio-{question.portfolio_id}.zip"
    return PortfolioExport(content=zipped(entries, about), file_name=name, home_id=portfolio.home_id)


async def _entries(
    portfolio_id: str, portfolio: Portfolio, asked: Requirements, tools: QueryTools
) -> AsyncIterator[tuple[str, bytes]]:
    rows = await tools.rows(EVIDENCE, portfolio_id=portfolio_id)
    items = [await _exported(row, asked, tools) for row in rows]
    for item in items:
        for version in item.versions:
            if version.narrative is not None:
                yield f"evidence/{item.evidence_id}/version-{version.revision}.txt", version.narrative.encode()
        for file_id, path in item.files.items():
            content = await tools.file(file_id)
            if content is not None:
                yield path, content
    yield "index.html", page(portfolio, asked, rows, items).encode()


async def _exported(row: EvidenceRow, asked: Requirements, tools: QueryTools) -> Exported:
    history = await tools.history(Evidence, row.evidence_id)
    attached = [told.event for told in history if isinstance(told.event, EvidenceFileAttached)]
    keys = (row.requirement_key, *row.also_for)
    return Exported(
        evidence_id=row.evidence_id,
        status=row.status,
        titles=[each.title for each in asked.requirements if each.key in keys],
        versions=await versions_of(history, tools),
        files={each.file_id: _path(each) for each in attached},
    )


def _path(file: EvidenceFileAttached) -> str:
    return f"evidence/{file.evidence_id}/files/{file.file_id}.{ENDINGS.get(file.media_type, 'bin')}"


def page(portfolio: Portfolio, asked: Requirements, rows: Sequence[EvidenceRow], items: Sequence[Exported]) -> str:
    """The page that shows all of it; whatever people wrote is shown as text."""
    shown = [{**vars(item), "files": list(item.files.values())} for item in items]
    return _template().render(
        portfolio=portfolio,
        asked=asked,
        items=shown,
        numbers={item.evidence_id: number for number, item in enumerate(items, 1)},
        steps=list(dict.fromkeys(each.step for each in asked.requirements)),
        codes=[code for framework in asked.frameworks for code in framework.codes],
        cells={(cell.step, cell.code): (*cell.approved, *cell.others) for cell in cells_of(asked, rows)},
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("export.html")


EXPORT = Query(
    path="portfolios/{portfolio_id}/export.zip",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=export,
    unit="home_id",
    media_type="application/zip",
)
