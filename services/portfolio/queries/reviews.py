"""The reviews that are one facilitator's: of the homes they look after now, whoever did when something was handed in.

A hand-over moves the portfolio, so whose a review is follows from there and is not kept beside each item.
"""

from pydantic import BaseModel, ConfigDict

from services.portfolio.domain.askers import SUPPORTERS
from services.portfolio.views.evidence import REVIEW_QUEUE, WaitingRow
from services.portfolio.views.portfolios import PORTFOLIOS
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Query, QueryTools


class ReviewsQuestion(BaseModel):
    """Whose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: Key


class Reviews(BaseModel):
    """What waits, from the longest waiting."""

    person_id: str
    items: tuple[WaitingRow, ...]


async def reviews(question: ReviewsQuestion, tools: QueryTools) -> Reviews:
    """What waits for a review in the portfolios that this facilitator looks after."""
    theirs = await tools.rows(PORTFOLIOS, lead_person_id=question.person_id)
    known = {row.portfolio_id for row in theirs}
    waiting = [
        row
        for cohort_id in sorted({row.cohort_id for row in theirs})
        for row in await tools.rows(REVIEW_QUEUE, cohort_id=cohort_id)
        if row.portfolio_id in known
    ]
    return Reviews(person_id=question.person_id, items=tuple(sorted(waiting, key=lambda row: row.waiting_since)))


REVIEWS = Query(path="reviews", read_by=SUPPORTERS, question=ReviewsQuestion, answer=reviews)
