"""Portfolios in which nothing happens: those still under way, from the one that has been quiet for longest (C07).

Whoever supports homes chooses how long is too long: `?until=` the moment that many days ago. The version's own
number of days is what `portfolios?stalled=true` goes by.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.portfolio.domain.activity import Activity
from services.portfolio.domain.askers import SUPPORTERS
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import PortfolioFrozen, PortfolioHandedOver, PortfolioOpened, PortfolioSignedOff


class QuietRow(Row):
    """One portfolio and since when nothing has happened in it. `over`: frozen or signed off, so nothing need happen."""

    portfolio_id: str
    enrolment_id: str = ""
    home_id: str = ""
    home_name: str = ""
    cohort_id: str = ""
    lead_person_id: str = ""
    quiet_since: datetime | None = None
    opened: bool = False
    over: bool = False


QuietEvent = PortfolioOpened | Activity | PortfolioFrozen | PortfolioSignedOff | PortfolioHandedOver


def _quiet(row: QuietRow | None, event: QuietEvent, envelope: Envelope) -> QuietRow:
    """The row after this event of the portfolio or of one of its items, whichever was heard first."""
    row = row or QuietRow(portfolio_id=event.portfolio_id)
    match event:
        case PortfolioHandedOver():
            return row.model_copy(update={"lead_person_id": event.lead_person_id})
        case PortfolioFrozen() | PortfolioSignedOff():
            return row.model_copy(update={"over": True})
        case PortfolioOpened():
            told = event.model_dump(include=QuietRow.model_fields.keys() & PortfolioOpened.model_fields.keys())
            lead = row.lead_person_id or event.lead_person_id
            row = row.model_copy(update={**told, "lead_person_id": lead, "opened": True})
        case _:
            pass
    return row.model_copy(update={"quiet_since": max(row.quiet_since or envelope.time, envelope.time)})


def _under_way(row: QuietRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """The row, while the portfolio is open and neither frozen nor signed off."""
    del card, viewer
    return row.model_dump(mode="json", exclude={"opened", "over"}) if row.opened and not row.over else None


QUIET_PORTFOLIOS = View(
    path="quiet-portfolios",
    key=lambda event: event.portfolio_id,
    fold=_quiet,
    read_by=SUPPORTERS,
    filters=("lead_person_id", "cohort_id", "home_id"),
    order="quiet_since",
    until="quiet_since",
    present=_under_way,
)
