"""How complete a portfolio is: what is needed and met in each step and for each framework code, and what is missing."""

from collections.abc import Sequence

from pydantic import BaseModel

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.portfolio_state import Portfolio
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
    """The whole, by step and by framework code, in the version's order."""

    portfolio_id: str
    home_id: str
    met: int
    needed: int
    missing: tuple[str, ...]
    steps: tuple[Counted, ...]
    criteria: tuple[Counted, ...]


async def completeness(question: PortfolioQuestion, tools: Tools) -> Completeness:
    """What is met, needed and missing. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    portfolio, asked = await both(question, tools)
    essential = [each for each in asked.requirements if each.essential]
    steps = dict.fromkeys(each.step for each in asked.requirements)
    codes = dict.fromkeys(code for framework in asked.frameworks for code in framework.codes)
    whole = _counted("", essential, portfolio)
    return Completeness(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        steps=tuple(_counted(step, [each for each in essential if each.step == step], portfolio) for step in steps),
        criteria=tuple(_counted(code, [each for each in essential if code in each.tags], portfolio) for code in codes),
        **whole.model_dump(exclude={"key"}),
    )


def _counted(key: str, needed: Sequence[Requirement], portfolio: Portfolio) -> Counted:
    missing = tuple(each.key for each in needed if each.key not in portfolio.settled)
    return Counted(key=key, met=len(needed) - len(missing), needed=len(needed), missing=missing)


COMPLETENESS = Query(
    path="portfolios/{portfolio_id}/completeness",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=completeness,
    unit="home_id",
)
