"""The review of an item of evidence: one decision for each revision, by a facilitator from elsewhere.

What comes back has reasons out of a list, guidance and a day by which it is wanted again, and never a score.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from services.portfolio.domain.askers import FACILITATORS
from services.portfolio.domain.evidence_state import (
    Evidence,
    EvidenceDecided,
    EvidenceFacts,
    EvidenceUnknown,
    OptionalText,
    writable_portfolio,
)
from services.portfolio.domain.portfolio_state import ConflictOfInterest
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.portfolio import EvidenceApprovalWithdrawn, EvidenceApproved, EvidenceReturned, ReturnReason


class ReturnEvidence(Command):
    """Give this revision back and say what is missing."""

    asked_by: ClassVar[Access] = FACILITATORS

    evidence_id: Key
    revision: int = Field(ge=1, strict=True)
    reasons: tuple[ReturnReason, ...] = Field(min_length=1, max_length=5)
    guidance: OptionalText = None


class ApproveEvidence(Command):
    """Approve this revision."""

    asked_by: ClassVar[Access] = FACILITATORS

    evidence_id: Key
    revision: int = Field(ge=1, strict=True)


class WithdrawEvidenceApproval(Command):
    """Take back an approval that should not have been given, and say why. The item can then be revised."""

    asked_by: ClassVar[Access] = FACILITATORS
    verb: ClassVar[str | None] = "withdraw-approval"

    evidence_id: Key
    revision: int = Field(ge=1, strict=True)
    reason: Text


class NotSubmitted(Refusal):
    """The item was not submitted yet, so there is nothing to decide."""


class StaleRevision(Refusal):
    """The decision names another revision than the one submitted last. Read that one, then decide."""


class NotApproved(Refusal):
    """This item is not approved, so there is no approval to withdraw."""


class ClaimedByAnother(Refusal):
    """Another facilitator has claimed this review. Let them decide, or ask them to release it."""


Decision = ReturnEvidence | ApproveEvidence | WithdrawEvidenceApproval


def return_item(item: Evidence, command: ReturnEvidence, facts: EvidenceFacts) -> Sequence[EvidenceReturned]:
    """Give it back. Raises the refusals of a decision."""
    if _decided_so(item, command.revision, "returned") and set(item.reasons) == set(command.reasons):
        return []
    must_be_reviewable(item, command.revision, facts)
    rules, returns = facts.asked().rules, item.returns + 1
    returned = EvidenceReturned(
        **_decision(item, command, facts),
        reasons=tuple(dict.fromkeys(command.reasons)),
        guidance=facts.documents.get("guidance"),
        due_on=local_day(facts.now) + timedelta(days=rules.resubmit_days),
        returns=returns,
        support_suggested=returns >= rules.support_after_returns,
    )
    return [returned]


def approve_item(item: Evidence, command: ApproveEvidence, facts: EvidenceFacts) -> Sequence[EvidenceApproved]:
    """Approve it. Raises the refusals of a decision."""
    if _decided_so(item, command.revision, "approved"):
        return []
    must_be_reviewable(item, command.revision, facts)
    return [EvidenceApproved(**_decision(item, command, facts), step=item.step)]


def withdraw_approval(
    item: Evidence, command: WithdrawEvidenceApproval, facts: EvidenceFacts
) -> Sequence[EvidenceApprovalWithdrawn]:
    """Take the approval back, also after the sign-off: what depended on it is looked at again.

    Raises EvidenceUnknown, NotApproved, StaleRevision and ConflictOfInterest.
    """
    if item.status == "none":
        raise EvidenceUnknown
    if item.status != "approved" or item.approved_by is None:
        raise NotApproved
    if command.revision != item.revision:
        raise StaleRevision(revision=item.revision)
    _must_be_impartial(item, facts)
    decision = {**_decision(item, command, facts), "facilitator_person_id": item.approved_by}
    return [
        EvidenceApprovalWithdrawn(**decision, reason=facts.documents["reason"], withdrawn_by=facts.actor.id),
    ]


def _must_be_impartial(item: Evidence, facts: EvidenceFacts) -> None:
    own = facts.portfolio is not None and facts.portfolio.is_own_home_of(facts.actor)
    if own or facts.actor.id in item.writers:
        raise ConflictOfInterest


def must_be_reviewable(item: Evidence, revision: int, facts: EvidenceFacts) -> None:
    """Return when this person may look into this revision.

    Raises EvidenceUnknown, NotSubmitted, StaleRevision, EvidenceDecided, ConflictOfInterest, ClaimedByAnother and those
    of the portfolio.
    """
    if item.status == "none":
        raise EvidenceUnknown
    if item.revision == 0:
        raise NotSubmitted
    if revision != item.revision:
        raise StaleRevision(revision=item.revision)
    if item.status != "submitted":
        raise EvidenceDecided
    writable_portfolio(facts, item.keys)
    _must_be_impartial(item, facts)
    if item.claimed_by not in (None, facts.actor.id):
        raise ClaimedByAnother(facilitator_person_id=item.claimed_by)


def _decided_so(item: Evidence, revision: int, how: Literal["returned", "approved"]) -> bool:
    return item.status == how and item.revision == revision


def _decision(item: Evidence, command: Decision, facts: EvidenceFacts) -> dict[str, Any]:
    return {
        "evidence_id": command.evidence_id,
        "portfolio_id": item.portfolio_id,
        "enrolment_id": item.enrolment_id,
        "home_id": item.home_id,
        "requirement_key": item.requirement_key,
        "also_for": item.also_for,
        "revision": item.revision,
        "facilitator_person_id": facts.actor.id,
        "author_person_id": item.author_person_id,
    }
