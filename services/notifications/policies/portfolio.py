"""What is said when something happens in portfolio; much of it in digests."""

from services.notifications.domain.audience import LiftNotice, SetNotice
from services.notifications.domain.message import RequestMessage
from services.notifications.templates.notices import announce, lift, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.portfolio import (
    AccreditationGranted,
    EvidenceApproved,
    EvidenceReturned,
    EvidenceSubmitted,
    PortfolioReadyForSignOff,
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
