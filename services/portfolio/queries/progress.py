"""How far a portfolio is: every slot with its state, and what is missing for the sign-off."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen, Status
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Query
from shared.events.values import Requirement, Wording


class PortfolioQuestion(BaseModel):
    """Which portfolio."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    portfolio_id: Key


class Slot(BaseModel):
    """One requirement and where it stands. `evidence_id` is the approved item."""

    key: str
    step: str
    title: str
    essential: bool
    tags: tuple[str, ...]
    state: Literal["locked", "open", "approved", "excepted"]
    evidence_id: str | None = None


class Progress(BaseModel):
    """Every slot in the version's order; `missing` are the essential ones that still stand in the sign-off's way."""

    portfolio_id: str
    home_id: str
    status: Status
    total: int
    essential: int
    approved: int
    excepted: int
    missing: tuple[str, ...]
    attestation: Wording
    slots: tuple[Slot, ...]


async def both(question: PortfolioQuestion, tools: Tools) -> tuple[Portfolio, Requirements]:
    """The portfolio and what its version asks for. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio = await tools.look(Portfolio, question.portfolio_id)
    if portfolio is None or not portfolio.opened:
        raise PortfolioNotOpen
    asked = await tools.look(Requirements, portfolio.version_id)
    if asked is None:
        raise RequirementsNotHereYet
    return portfolio, asked


async def progress(question: PortfolioQuestion, tools: Tools) -> Progress:
    """How far the portfolio is. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    slots = tuple(_slot(requirement, portfolio) for requirement in asked.requirements)
    return Progress(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        status=portfolio.status,
        total=len(slots),
        essential=sum(slot.essential for slot in slots),
        approved=sum(slot.state == "approved" for slot in slots),
        excepted=sum(slot.state == "excepted" for slot in slots),
        missing=asked.missing(portfolio.settled),
        attestation=asked.attestation,
        slots=slots,
    )


def _slot(requirement: Requirement, portfolio: Portfolio) -> Slot:
    return Slot(
        **requirement.model_dump(include={"key", "step", "title", "essential", "tags"}),
        state=_state(requirement, portfolio),
        evidence_id=portfolio.approved.get(requirement.key),
    )


def _state(requirement: Requirement, portfolio: Portfolio) -> Literal["locked", "open", "approved", "excepted"]:
    if requirement.key in portfolio.approved:
        return "approved"
    if requirement.key in portfolio.excepted:
        return "excepted"
    return "open" if requirement.step in portfolio.steps else "locked"


PROGRESS = Query(
    path="portfolios/{portfolio_id}/progress",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=progress,
    unit="home_id",
)
