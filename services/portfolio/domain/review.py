"""The review of an item of evidence: one decision for each revision, by a facilitator from elsewhere."""

from collections.abc import Sequence
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
from services.portfolio.domain.portfolio_state import OwnHome
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import EvidenceApproved, EvidenceReturned, ReturnReason


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


class NotSubmitted(Refusal):
    """The item was not submitted yet, so there is nothing to decide."""


class StaleRevision(Refusal):
    """The decision names another revision than the one submitted last. Read that one, then decide."""


def return_item(item: Evidence, command: ReturnEvidence, facts: EvidenceFacts) -> Sequence[EvidenceReturned]:
    """Give it back. Raises the refusals of a decision."""
    if _decided_so(item, command.revision, "returned") and set(item.reasons) == set(command.reasons):
        return []
    _must_be_decidable(item, command.revision, facts)
    returned = EvidenceReturned(
        **_decision(item, command, facts),
        reasons=tuple(dict.fromkeys(command.reasons)),
        guidance=facts.documents.get("guidance"),
    )
    return [returned]


def approve_item(item: Evidence, command: ApproveEvidence, facts: EvidenceFacts) -> Sequence[EvidenceApproved]:
    """Approve it. Raises the refusals of a decision."""
    if _decided_so(item, command.revision, "approved"):
        return []
    _must_be_decidable(item, command.revision, facts)
    return [EvidenceApproved(**_decision(item, command, facts), step=item.step)]


def _decided_so(item: Evidence, revision: int, how: Literal["returned", "approved"]) -> bool:
    return item.status == how and item.revision == revision


def _must_be_decidable(item: Evidence, revision: int, facts: EvidenceFacts) -> None:
    if item.status == "none":
        raise EvidenceUnknown
    if item.revision == 0:
        raise NotSubmitted
    if revision != item.revision:
        raise StaleRevision(revision=item.revision)
    if item.status != "submitted":
        raise EvidenceDecided
    if writable_portfolio(facts).is_own_home_of(facts.actor) or facts.actor.id in item.writers:
        raise OwnHome


def _decision(item: Evidence, command: ReturnEvidence | ApproveEvidence, facts: EvidenceFacts) -> dict[str, Any]:
    return {
        "evidence_id": command.evidence_id,
        "portfolio_id": item.portfolio_id,
        "enrolment_id": item.enrolment_id,
        "home_id": item.home_id,
        "requirement_key": item.requirement_key,
        "revision": item.revision,
        "facilitator_person_id": facts.actor.id,
        "author_person_id": item.author_person_id,
    }
