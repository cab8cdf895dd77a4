"""What is said when something happens in portfolio; much of it in digests."""

from services.notifications.domain.audience import LiftNotice, SetNotice
from services.notifications.domain.message import RequestMessage
from services.notifications.templates.notices import announce, lift, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.portfolio import (
    AccreditationGranted,
    AccreditationRenewed,
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    EvidenceReturned,
    EvidenceReviewOverdue,
    EvidenceSubmitted,
    GapOverdue,
    GapRaised,
    PortfolioReadyForSignOff,
    PortfolioRevived,
    PortfolioStalled,
    ReaccreditationDue,
    RenewalOpened,
)


def when_evidence_submitted_tell_facilitator(event: EvidenceSubmitted, envelope: Envelope) -> SetNotice:
    """Keep it for the facilitator's digest until it is reviewed."""
    return announce("evidence-submitted", event, envelope)


def when_evidence_returned_tell_author(event: EvidenceReturned, envelope: Envelope) -> RequestMessage:
    """Tell the author what is missing."""
    return request("evidence-returned", event, envelope)


def when_evidence_returned_close_review(event: EvidenceReturned) -> LiftNotice:
    """It waits for a review no longer."""
    return lift("evidence-submitted", event)


def when_evidence_approved_tell_author(event: EvidenceApproved, envelope: Envelope) -> SetNotice:
    """Put the good news into the author's digest; it waits for a review no longer."""
    return announce("evidence-approved", event, envelope, lifts="evidence-submitted")


def when_portfolio_ready_tell_signers(event: PortfolioReadyForSignOff, envelope: Envelope) -> SetNotice:
    """Tell facilitator and signatory that there is something to sign."""
    return announce("portfolio-ready", event, envelope)


def when_accreditation_granted_congratulate(event: AccreditationGranted, envelope: Envelope) -> SetNotice:
    """Congratulate the home's people."""
    return announce("accreditation-granted", event, envelope)


def when_review_overdue_tell_facilitator(event: EvidenceReviewOverdue, envelope: Envelope) -> RequestMessage:
    """Tell the facilitator which evidence has waited too long."""
    return request("review-overdue", event, envelope)


def when_approval_withdrawn_tell_author(event: EvidenceApprovalWithdrawn, envelope: Envelope) -> RequestMessage:
    """Tell the author that there is a gap to fill again."""
    return request("approval-withdrawn", event, envelope)


def when_gap_raised_tell_owner(event: GapRaised, envelope: Envelope) -> RequestMessage | None:
    """Tell who is to fill the gap, unless they raised it themselves."""
    return request("gap-raised", event, envelope) if event.raised_by != event.owner_person_id else None


def when_gap_overdue_tell_owner(event: GapOverdue, envelope: Envelope) -> RequestMessage:
    """Tell who was to fill the gap that the day has passed."""
    return request("gap-overdue", event, envelope)


def when_portfolio_stalled_tell_facilitator(event: PortfolioStalled, envelope: Envelope) -> SetNotice:
    """Tell the facilitator which home may need a call."""
    return announce("portfolio-stalled", event, envelope)


def when_portfolio_revived_drop_it(event: PortfolioRevived) -> LiftNotice:
    """Tell nobody of it any more; it may stall again."""
    return lift("portfolio-stalled", event)


def when_reaccreditation_due_tell_home(event: ReaccreditationDue, envelope: Envelope) -> SetNotice:
    """Tell the home's people that it is time to renew; who joins later is told of the newest reminder only."""
    return announce("reaccreditation-due", event, envelope)


def when_accreditation_renewed_drop_reminder(event: AccreditationRenewed) -> LiftNotice:
    """Tell nobody that it is to be renewed."""
    return lift("reaccreditation-due", event)


def when_renewal_opened_tell_home(event: RenewalOpened, envelope: Envelope) -> SetNotice:
    """Tell the home's people which gaps are to be filled with fresh evidence."""
    return announce("renewal-opened", event, envelope)
