"""How complete a portfolio is: what is needed and met in each step and for each framework code, and what is missing."""

from collections.abc import Collection, Sequence

from pydantic import BaseModel

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.progress import PortfolioQuestion, both
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Query
from shared.events.values import Requirement


class Counted(BaseModel):
    """How many essential requirements are met and needed under one heading, and which are missing; never a score."""

    key: str
    met: int
    needed: int
    missing: tuple[str, ...]


class Completeness(BaseModel):
    """The whole, by step and by framework code, in the version's order; in a renewal only what is renewable."""

    portfolio_id: str
    home_id: str
    met: int
    needed: int
    missing: tuple[str, ...]
    renewal_cycle: int | None
    steps: tuple[Counted, ...]
    criteria: tuple[Counted, ...]


async def completeness(question: PortfolioQuestion, tools: Tools) -> Completeness:
    """What is met, needed and missing. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    needed, settled = needed_now(portfolio, asked)
    steps = dict.fromkeys(each.step for each in asked.requirements)
    codes = dict.fromkeys(code for framework in asked.frameworks for code in framework.codes)
    whole = _counted("", needed, settled)
    return Completeness(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        renewal_cycle=portfolio.renewal.cycle if portfolio.renewal else None,
        steps=tuple(_counted(step, [each for each in needed if each.step == step], settled) for step in steps),
        criteria=tuple(_counted(code, [each for each in needed if code in each.tags], settled) for code in codes),
        **whole.model_dump(exclude={"key"}),
    )


def needed_now(portfolio: Portfolio, asked: Requirements) -> tuple[Sequence[Requirement], Collection[str]]:
    """What is needed now, and what of it is settled."""
    renewal = portfolio.renewal
    if renewal is None or renewal.earned:
        return [each for each in asked.requirements if each.essential], portfolio.settled
    return [each for each in asked.requirements if each.key in renewal.asked], renewal.renewed.keys()


def _counted(key: str, needed: Sequence[Requirement], settled: Collection[str]) -> Counted:
    missing = tuple(each.key for each in needed if each.key not in settled)
    return Counted(key=key, met=len(needed) - len(missing), needed=len(needed), missing=missing)


COMPLETENESS = Query(
    path="portfolios/{portfolio_id}/completeness",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=completeness,
    unit="home_id",
)
