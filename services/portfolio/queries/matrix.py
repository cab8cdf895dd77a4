"""The matrix of a portfolio: steps against framework codes, and in each cell the evidence that serves both."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.progress import PortfolioQuestion, both
from services.portfolio.views.evidence import EVIDENCE, EvidenceRow
from shared.chassis.declarations.query import Query, QueryTools
from shared.events.values import Framework


class Cell(BaseModel):
    """One step under one code: the items that serve it, approved and others, and the requirements it has."""

    step: str
    code: str
    requirements: tuple[str, ...]
    approved: tuple[str, ...]
    others: tuple[str, ...]


class Matrix(BaseModel):
    """Steps and frameworks in the version's order; empty cells are left out."""

    portfolio_id: str
    home_id: str
    steps: tuple[str, ...]
    frameworks: tuple[Framework, ...]
    cells: tuple[Cell, ...]


async def matrix(question: PortfolioQuestion, tools: QueryTools) -> Matrix:
    """Which evidence serves what. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    items = await tools.rows(EVIDENCE, portfolio_id=question.portfolio_id)
    steps = tuple(dict.fromkeys(each.step for each in asked.requirements))
    return Matrix(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        steps=steps,
        frameworks=asked.frameworks,
        cells=cells_of(asked, items),
    )


def cells_of(asked: Requirements, items: Sequence[EvidenceRow]) -> tuple[Cell, ...]:
    """The cells with anything in them: an item is in the cell of each of its steps and each of its codes there."""
    found = _places(asked, items)
    steps = dict.fromkeys(each.step for each in asked.requirements)
    codes = [code for framework in asked.frameworks for code in framework.codes]
    cells = (_cell(step, code, asked, found[step, code]) for step in steps for code in codes)
    return tuple(cell for cell in cells if cell.requirements or cell.approved or cell.others)


def _places(asked: Requirements, items: Sequence[EvidenceRow]) -> Mapping[tuple[str, str], list[EvidenceRow]]:
    known = {each.key: each for each in asked.requirements}
    found: dict[tuple[str, str], list[EvidenceRow]] = defaultdict(list)
    for item in items:
        serves = [known[key] for key in (item.requirement_key, *item.also_for) if key in known]
        inherited = {tag for each in serves for tag in each.tags}
        own = [tag for tag in item.tags if tag not in inherited]
        for place in dict.fromkeys((each.step, code) for each in serves for code in (*each.tags, *own)):
            found[place].append(item)
    return found


def _cell(step: str, code: str, asked: Requirements, items: Sequence[EvidenceRow]) -> Cell:
    return Cell(
        step=step,
        code=code,
        requirements=tuple(each.key for each in asked.requirements if each.step == step and code in each.tags),
        approved=tuple(item.evidence_id for item in items if item.status == "approved"),
        others=tuple(item.evidence_id for item in items if item.status != "approved"),
    )


MATRIX = Query(
    path="portfolios/{portfolio_id}/matrix", read_by=READERS, question=PortfolioQuestion, answer=matrix, unit="home_id"
)
