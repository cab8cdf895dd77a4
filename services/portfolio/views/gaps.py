"""Gaps to look at: the action plan of a home, and what is overdue."""

from datetime import date
from typing import Literal

from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import GapClosed, GapClosing, GapOverdue, GapRaised


class GapRow(Row):
    """One gap: what is missing, who sees to it, until when. The action's text is with the gap itself."""

    gap_id: str
    portfolio_id: str
    home_id: str
    requirement_key: str
    owner_person_id: str
    due_on: date
    status: Literal["open", "overdue", "closed"] = "open"
    how: GapClosing | None = None


def _gap(row: GapRow | None, event: GapRaised | GapOverdue | GapClosed) -> GapRow | None:
    """The row after this event of its gap."""
    match event:
        case GapRaised():
            return GapRow(**event.model_dump(include=set(GapRow.model_fields)))
        case GapOverdue():
            return row and row.model_copy(update={"status": "overdue"})
        case GapClosed():
            return row and row.model_copy(update={"status": "closed", "how": event.how})


GAPS = View(
    path="gaps",
    key=lambda event: event.gap_id,
    fold=_gap,
    read_by=READERS,
    filters=("portfolio_id", "home_id", "owner_person_id", "status"),
    order="due_on",
    until="due_on",
    unit="home_id",
)
