"""Why, or why not yet: each condition of the award with the events that prove it.

The history is folded by the very functions that decide the award, one event after another: the event at which a
condition came true is its proof. So the explanation cannot differ from the decision.
"""

from collections.abc import Sequence

from pydantic import BaseModel

from services.portfolio.domain import award
from services.portfolio.domain.askers import READERS
from services.portfolio.domain.portfolio_state import Portfolio, evolve
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.progress import PortfolioQuestion, both
from shared.chassis.declarations.query import Query, QueryTools, Told


class Explained(BaseModel):
    """One condition: whether it is met, and the ids of the published events that prove it."""

    key: str
    title: str
    met: bool
    facts: tuple[str, ...] = ()


class Explanation(BaseModel):
    """Every condition in the version's order. `earned`: the award was given, and is not taken back by itself."""

    portfolio_id: str
    home_id: str
    met: bool
    earned: bool
    conditions: tuple[Explained, ...]


async def explain(question: PortfolioQuestion, tools: QueryTools) -> Explanation:
    """Each condition with its proof. Raises PortfolioNotOpen and RequirementsNotHereYet."""
    _, asked = await both(question, tools)
    portfolio, conditions = explained(await tools.history(Portfolio, question.portfolio_id), asked)
    return Explanation(
        portfolio_id=question.portfolio_id,
        home_id=portfolio.home_id,
        met=all(each.met for each in conditions),
        earned=portfolio.earned,
        conditions=conditions,
    )


def explained(history: Sequence[Told], asked: Requirements) -> tuple[Portfolio, tuple[Explained, ...]]:
    """The portfolio that this history comes to, and its conditions with their proofs."""
    portfolio, proofs = Portfolio(), dict[str, tuple[str, ...]]()
    met = _met(portfolio, asked)
    for told in history:
        portfolio = evolve(portfolio, told.event)  # type: ignore[arg-type]  # the aggregate's own events
        now = _met(portfolio, asked)
        proofs |= dict.fromkeys(now - met, _proof(told))
        met = now
    conditions = award.conditions(portfolio, asked)
    return portfolio, tuple(
        Explained(**each.model_dump(), facts=proofs.get(each.key, ()) if each.met else ()) for each in conditions
    )


def _met(portfolio: Portfolio, asked: Requirements) -> frozenset[str]:
    return frozenset(each.key for each in award.conditions(portfolio, asked) if each.met)


def _proof(told: Told) -> tuple[str, ...]:
    """The event itself where others can see it, and the one it followed from: an approval, a coverage."""
    own = () if told.event.private else (told.id,)
    return (*own, *((told.causation_id,) if told.causation_id else ()))


EXPLAIN = Query(
    path="portfolios/{portfolio_id}:explain",
    read_by=READERS,
    question=PortfolioQuestion,
    answer=explain,
    unit="home_id",
)
