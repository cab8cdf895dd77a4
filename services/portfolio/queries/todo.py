"""What a home has to do before the next workshop: what is open in the steps that are unlocked, and how far it is (C07).

The list belongs to the portfolio and not to a person, so a newcomer after a succession finds what is missing (U4).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.completeness import needed_now
from services.portfolio.queries.progress import PortfolioQuestion, both
from services.portfolio.views.evidence import EVIDENCE, EvidenceRow
from shared.chassis.declarations.query import Query, QueryTools
from shared.events.values import Requirement

ItemState = Literal["nothing-yet", "draft", "returned", "handed-in", "approved"]
FURTHEST_FIRST: Mapping[str, ItemState] = {
    "approved": "approved",
    "submitted": "handed-in",
    "returned": "returned",
    "draft": "draft",
}
"""Several items may be for one requirement: the one that is furthest says how it stands."""


class TodoItem(BaseModel):
    """One open requirement. `essential`: the sign-off, or the renewal, waits for it; else it is advised.

    `evidence_id` is the item that is furthest, `due_on` the day on which it is wanted again. What reads `approved` is
    done, and leaves the list as soon as its slot has heard of it.
    """

    requirement_key: str
    title: str
    step: str
    essential: bool
    state: ItemState
    evidence_id: str | None = None
    due_on: date | None = None


class Todo(BaseModel):
    """What is open, in the version's order. Done, needed and percent count what is essential in unlocked steps."""

    portfolio_id: str
    home_id: str
    steps: tuple[str, ...]
    done: int
    needed: int
    percent: int
    items: tuple[TodoItem, ...]


async def todo(question: PortfolioQuestion, tools: QueryTools) -> Todo:
    """What there is to do now. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    rows = await tools.rows(EVIDENCE, portfolio_id=question.portfolio_id)
    wanted, settled = needed_now(portfolio, asked)
    needed = [each.key for each in wanted if each.step in portfolio.steps]
    done = sum(key in settled for key in needed)
    return Todo(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        steps=tuple(dict.fromkeys(each.step for each in asked.requirements if each.step in portfolio.steps)),
        done=done,
        needed=len(needed),
        percent=100 * done // len(needed) if needed else 100,
        items=tuple(_item(each, needed, _items(each.key, portfolio, rows)) for each in _open(portfolio, asked)),
    )


def _open(portfolio: Portfolio, asked: Requirements) -> Sequence[Requirement]:
    """What takes evidence now and has none approved; nothing in a home that left."""
    if portfolio.frozen_on is not None:
        return []
    unlocked = [each for each in asked.requirements if each.step in portfolio.steps]
    if portfolio.locked:
        return [each for each in unlocked if each.key in portfolio.taking]
    return [each for each in unlocked if each.key not in portfolio.settled]


def _items(key: str, portfolio: Portfolio, rows: Sequence[EvidenceRow]) -> Sequence[EvidenceRow]:
    """What is written for this requirement, without what its slot was filled with before it was open again."""
    ours = [row for row in rows if key in (row.requirement_key, *row.also_for)]
    return [row for row in ours if not portfolio.rests_on(row.evidence_id, key)]


def _item(requirement: Requirement, needed: Collection[str], rows: Sequence[EvidenceRow]) -> TodoItem:
    told = requirement.model_dump(include={"title", "step"})
    told |= {"requirement_key": requirement.key, "essential": requirement.key in needed}
    for status, state in FURTHEST_FIRST.items():
        for row in rows:
            if row.status == status:
                return TodoItem(**told, state=state, evidence_id=row.evidence_id, due_on=row.due_on)
    return TodoItem(**told, state="nothing-yet")


TODO = Query(
    path="portfolios/{portfolio_id}/todo",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=todo,
    unit="home_id",
)
