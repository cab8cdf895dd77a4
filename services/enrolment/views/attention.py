"""What needs somebody's attention: homes at risk, with every reason in words, and homes past their time.

A row goes when all is well again.
"""

from datetime import date

from services.enrolment.domain.askers import HOME, STAFF
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    DeadlineExtended,
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentOverdue,
    EnrolmentPaused,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
)


class RiskReason(Row):
    """One reason: its code, what it says, since when, and by when somebody should have looked."""

    reason: str
    says: str
    raised_on: date
    review_by: date


class RiskRow(Row):
    """One home that needs looking after, the longest at risk first."""

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    since: date
    reasons: tuple[RiskReason, ...]


RiskEvent = EnrolmentAtRisk | EnrolmentRiskCleared | EnrolmentCompleted | EnrolmentWithdrawn


def risk_row(row: RiskRow | None, event: RiskEvent) -> RiskRow | None:
    """Return the row after this event; None when no reason is left."""
    match event:
        case EnrolmentAtRisk():
            return _raised(row, event)
        case EnrolmentRiskCleared():
            left = tuple(told for told in row.reasons if told.reason in event.reasons) if row else ()
            return row.model_copy(update={"reasons": left}) if row and left else None
        case _:
            return None


def _raised(row: RiskRow | None, event: EnrolmentAtRisk) -> RiskRow:
    told = RiskReason.model_validate(event.model_dump())
    others = tuple(known for known in row.reasons if known.reason != told.reason) if row else ()
    since = row.since if row else event.raised_on
    return RiskRow.model_validate(event.model_dump() | {"since": since, "reasons": (*others, told)})


HOMES_AT_RISK = View(
    path="homes-at-risk",
    key=lambda event: event.enrolment_id,
    fold=risk_row,
    read_by=STAFF | HOME,
    filters=("cohort_id", "home_id"),
    order="since",
    unit="home_id",
)


class OverdueRow(Row):
    """One home that takes longer than expected, the longest first."""

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    due_on: date
    passed_on: date
    weeks: int


TimeEvent = EnrolmentOverdue | DeadlineExtended | EnrolmentPaused | EnrolmentCompleted | EnrolmentWithdrawn


def overdue_row(row: OverdueRow | None, event: TimeEvent) -> OverdueRow | None:
    """Return the row after this event; None when there is time again, or it is over."""
    del row
    return OverdueRow(**dict(event)) if isinstance(event, EnrolmentOverdue) else None


OVERDUE = View(
    path="overdue-enrolments",
    key=lambda event: event.enrolment_id,
    fold=overdue_row,
    read_by=STAFF | HOME,
    filters=("cohort_id", "home_id"),
    order="due_on",
    unit="home_id",
)
