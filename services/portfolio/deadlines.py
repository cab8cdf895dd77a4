"""What falls due in portfolio: reviews that wait too long, portfolios in which nothing happens, accreditations."""

from datetime import UTC, datetime, timedelta

from services.portfolio.domain.accreditation import LapseAccreditation
from services.portfolio.domain.activity import Activity
from services.portfolio.domain.gap import NoteGapOverdue
from services.portfolio.domain.portfolio import NoteStandstill
from services.portfolio.domain.reaccreditation import RemindOfRenewal
from services.portfolio.domain.review_queue import NoteReviewOverdue
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.envelope import Envelope
from shared.events.days import start_of
from shared.events.portfolio import (
    AccreditationGranted,
    AccreditationLapsed,
    AccreditationRenewed,
    AccreditationRevoked,
    EvidenceApproved,
    EvidenceReturned,
    EvidenceSubmitted,
    GapClosed,
    GapOverdue,
    GapRaised,
    PortfolioFrozen,
    PortfolioOpened,
    PortfolioSignedOff,
    PortfolioStalled,
    ReaccreditationDue,
    ReviewStage,
)
from shared.events.values import CompletionRules

Reviewed = EvidenceSubmitted | EvidenceReturned | EvidenceApproved
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Keeps what a moment asks for, until there is a moment again."""


def _review(event: Reviewed, envelope: Envelope, stage: ReviewStage) -> Due | None:
    """So long after the submission; a decision lifts it."""
    if not isinstance(event, EvidenceSubmitted):
        return None
    at = event.remind_at if stage == "reminder" else event.escalate_at
    if at is None:
        return None
    ask = NoteReviewOverdue(
        evidence_id=event.evidence_id, revision=event.revision, stage=stage, waiting_since=envelope.time
    )
    return Due(at=at, ask=ask)


def _remind(due: Due | None, event: Reviewed, envelope: Envelope) -> Due | None:
    """When the reviewer is reminded."""
    del due
    return _review(event, envelope, "reminder")


def _escalate(due: Due | None, event: Reviewed, envelope: Envelope) -> Due | None:
    """When others are told that a review waits."""
    del due
    return _review(event, envelope, "escalation")


REMIND = Deadline(name="review-reminder", key=lambda event: event.evidence_id, fold=_remind)
ESCALATE = Deadline(name="review-escalation", key=lambda event: event.evidence_id, fold=_escalate)

USUAL_DAYS = CompletionRules().stalled_days
Ending = PortfolioStalled | PortfolioSignedOff | PortfolioFrozen


def _stall(due: Due | None, event: PortfolioOpened | Activity | Ending, envelope: Envelope) -> Due | None:
    """So long after the last thing that happened, whatever was heard first; never while it is stalled or over."""
    known = due.ask if due and isinstance(due.ask, NoteStandstill) else None
    if known is not None and envelope.time <= known.quiet_since:
        return due
    days = event.stalled_after_days if isinstance(event, PortfolioOpened) else known.after_days if known else USUAL_DAYS
    note = NoteStandstill(portfolio_id=event.portfolio_id, quiet_since=envelope.time, after_days=days)
    return Due(at=NEVER if isinstance(event, Ending) else envelope.time + timedelta(days=days), ask=note)


STALL = Deadline(name="portfolio-standstill", key=lambda event: event.portfolio_id, fold=_stall)


def _gap(due: Due | None, event: GapRaised | GapOverdue | GapClosed) -> Due | None:
    """The day after the action's day, until it is spoken of or closed."""
    del due
    if not isinstance(event, GapRaised):
        return None
    at = start_of(event.due_on + timedelta(days=1))
    return Due(at=at, ask=NoteGapOverdue(gap_id=event.gap_id, due_on=event.due_on))


GAP = Deadline(name="gap-overdue", key=lambda event: event.gap_id, fold=_gap)

Valid = AccreditationGranted | AccreditationRenewed
Over = AccreditationLapsed | AccreditationRevoked


def _lapse(due: Due | None, event: Valid | Over) -> Due | None:
    """The day after the grace; a later grant or a renewal moves it, a lapse lifts it."""
    del due
    if isinstance(event, Over):
        return None
    return Due(at=start_of(event.lapses_on), ask=LapseAccreditation(accreditation_id=event.accreditation_id))


LAPSE = Deadline(name="accreditation-lapse", key=lambda event: event.accreditation_id, fold=_lapse)


def _renew(due: Due | None, event: Valid | ReaccreditationDue | Over) -> Due | None:
    """The first day of those on which it is reminded of; each reminder leads to the next."""
    del due
    if isinstance(event, Over):
        return None
    days = event.reminders_left if isinstance(event, ReaccreditationDue) else event.reminders_on
    if not days:
        return None
    return Due(at=start_of(days[0]), ask=RemindOfRenewal(accreditation_id=event.accreditation_id, on=days[0]))


RENEW = Deadline(name="reaccreditation-reminder", key=lambda event: event.accreditation_id, fold=_renew)
