"""Evidence to look at: every item, and the queue of those that wait for a review."""

from datetime import date, datetime
from typing import Any, Literal

from services.portfolio.domain.askers import READERS, SUPPORTERS
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import (
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceMapped,
    EvidenceReturned,
    EvidenceReviewClaimed,
    EvidenceReviewOverdue,
    EvidenceReviewReleased,
    EvidenceRevised,
    EvidenceSubmitted,
    ReturnReason,
    ReviewStage,
)


class EvidenceRow(Row):
    """One item of evidence. `since` is when it came to its present status: a queue is read from the longest waiting."""

    evidence_id: str
    portfolio_id: str
    enrolment_id: str = ""
    home_id: str = ""
    requirement_key: str = ""
    also_for: tuple[str, ...] = ()
    step: str = ""
    author_person_id: str = ""
    status: Literal["draft", "submitted", "returned", "approved"] = "draft"
    since: datetime | None = None
    revision: int = 0
    files: int = 0
    tags: tuple[str, ...] = ()
    reasons: tuple[ReturnReason, ...] = ()
    due_on: date | None = None
    returns: int = 0
    support_suggested: bool = False
    facilitator_person_id: str | None = None


EvidenceRowEvent = (
    EvidenceDrafted
    | EvidenceRevised
    | EvidenceMapped
    | EvidenceFileAttached
    | EvidenceSubmitted
    | EvidenceReturned
    | EvidenceApproved
    | EvidenceApprovalWithdrawn
)


def _evidence(row: EvidenceRow | None, event: EvidenceRowEvent, envelope: Envelope) -> EvidenceRow:
    """The row after this event of its item."""
    row = row or EvidenceRow(evidence_id=event.evidence_id, portfolio_id=event.portfolio_id)
    told: dict[str, Any] = event.model_dump(include=set(EvidenceRow.model_fields))
    match event:
        case EvidenceDrafted():
            return row.model_copy(update={**told, "status": "draft", "since": envelope.time})
        case EvidenceRevised() | EvidenceMapped():
            return row.model_copy(update=told)
        case EvidenceFileAttached():
            return row.model_copy(update={"files": row.files + 1})
        case EvidenceSubmitted():
            fresh = {"reasons": (), "due_on": None, "facilitator_person_id": None}
            return row.model_copy(update={**told, **fresh, "status": "submitted", "since": envelope.time})
        case EvidenceApproved():
            return row.model_copy(update={**told, "status": "approved", "since": envelope.time})
        case EvidenceReturned() | EvidenceApprovalWithdrawn():
            return row.model_copy(update={**told, "status": "returned", "since": envelope.time})


EVIDENCE = View(
    path="evidence",
    key=lambda event: event.evidence_id,
    fold=_evidence,
    read_by=READERS,
    filters=("portfolio_id", "requirement_key", "status", "home_id", "support_suggested"),
    order="since",
    unit="home_id",
)


class WaitingRow(Row):
    """A revision that waits for its review: since when, who claimed it, and if it is overdue.

    Whose it would be follows from its portfolio: `reviews?person_id=` looks there.
    """

    evidence_id: str
    portfolio_id: str
    home_id: str
    home_name: str
    cohort_id: str
    requirement_key: str
    also_for: tuple[str, ...] = ()
    revision: int
    waiting_since: datetime
    claimed_by: str | None = None
    overdue: ReviewStage | None = None


WaitingEvent = (
    EvidenceSubmitted
    | EvidenceReviewClaimed
    | EvidenceReviewReleased
    | EvidenceReviewOverdue
    | EvidenceReturned
    | EvidenceApproved
)


def _waiting(row: WaitingRow | None, event: WaitingEvent, envelope: Envelope) -> WaitingRow | None:
    """The row while the review waits; a decision takes it away."""
    match event:
        case EvidenceSubmitted():
            told = event.model_dump(include=set(WaitingRow.model_fields))
            return WaitingRow(**told, waiting_since=envelope.time)
        case EvidenceReviewClaimed():
            return row and row.model_copy(update={"claimed_by": event.facilitator_person_id})
        case EvidenceReviewReleased():
            return row and row.model_copy(update={"claimed_by": None})
        case EvidenceReviewOverdue():
            return row and row.model_copy(update={"overdue": event.stage})
        case EvidenceReturned() | EvidenceApproved():
            return None


REVIEW_QUEUE = View(
    path="review-queue",
    key=lambda event: event.evidence_id,
    fold=_waiting,
    read_by=SUPPORTERS,
    filters=("cohort_id", "home_id", "claimed_by", "overdue"),
    order="waiting_since",
    until="waiting_since",
)
