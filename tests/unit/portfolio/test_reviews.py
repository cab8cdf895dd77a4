"""Whose a review is: a facilitator finds those of the homes they look after now."""

from datetime import timedelta
from typing import Any

from services.portfolio.queries.reviews import ReviewsQuestion, reviews
from services.portfolio.views.evidence import REVIEW_QUEUE, WaitingRow
from services.portfolio.views.portfolios import PORTFOLIOS, PortfolioRow
from shared.chassis.declarations.view import View
from tests.unit.portfolio.given import NOW


def led(portfolio_id: str, lead: str, cohort_id: str = "c1") -> PortfolioRow:
    return PortfolioRow(portfolio_id=portfolio_id, lead_person_id=lead, cohort_id=cohort_id)


def waits(portfolio_id: str, days: int, cohort_id: str = "c1") -> WaitingRow:
    return WaitingRow(
        evidence_id=f"{portfolio_id}-{days}",
        portfolio_id=portfolio_id,
        home_id="h",
        home_name="Bryn Awel",
        cohort_id=cohort_id,
        requirement_key="on-role",
        revision=1,
        waiting_since=NOW - timedelta(days=days),
    )


class Rows:
    """Rows of views, by equality."""

    def __init__(self, *rows: Any) -> None:
        self._rows = rows

    async def rows(self, view: View[Any], **equal: str) -> list[Any]:
        ours = [row for row in self._rows if isinstance(row, view.row)]
        return [row for row in ours if all(getattr(row, name) == value for name, value in equal.items())]


HOMES = (led("p1", "fay"), led("p2", "gus"), led("p3", "fay", "c2"))
WAITING = (waits("p1", 2), waits("p2", 9), waits("p3", 5, "c2"), waits("p1", 7))


async def found(person_id: str, *rows: Any) -> list[str]:
    answer = await reviews(ReviewsQuestion(person_id=person_id), Rows(*rows))  # type: ignore[arg-type]  # a stand-in for the tools
    return [row.evidence_id for row in answer.items]


async def test_they_are_those_of_the_homes_looked_after_from_the_longest_waiting() -> None:
    assert await found("fay", *HOMES, *WAITING) == ["p1-7", "p3-5", "p1-2"]
    assert await found("gus", *HOMES, *WAITING) == ["p2-9"]
    assert await found("nobody", *HOMES, *WAITING) == []


async def test_a_home_that_is_handed_over_brings_its_reviews_along() -> None:
    after = (led("p1", "gus"), *HOMES[1:])
    assert await found("gus", *after, *WAITING) == ["p2-9", "p1-7", "p1-2"]
    assert await found("fay", *after, *WAITING) == ["p3-5"]


def test_what_it_looks_by_can_be_looked_by() -> None:
    assert "lead_person_id" in PORTFOLIOS.filters
    assert "cohort_id" in REVIEW_QUEUE.filters
    assert "lead_person_id" not in WaitingRow.model_fields
