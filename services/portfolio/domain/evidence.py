"""An item of evidence for one requirement or several: drafted, submitted, returned with what is missing or approved.

A submitted revision is locked; each revision gets one decision; a later revision never inherits an approval.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, assert_never

from pydantic import Field

from services.portfolio.domain.askers import HOME
from services.portfolio.domain.evidence_state import (
    Evidence,
    EvidenceEvent,
    EvidenceFacts,
    OptionalText,
    evolve,
    must_be_editable,
    writable_portfolio,
)
from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen
from services.portfolio.domain.review import (
    ApproveEvidence,
    ReturnEvidence,
    WithdrawEvidenceApproval,
    approve_item,
    return_item,
    withdraw_approval,
)
from services.portfolio.domain.review_queue import (
    ClaimEvidenceReview,
    NoteReviewOverdue,
    ReleaseEvidenceReview,
    claim,
    note_overdue,
    release,
)
from services.portfolio.domain.serving import Keys, MapEvidence, further, map_item, own_tags, unlocked_step
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name, Text
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import EvidenceDrafted, EvidenceFileAttached, EvidenceRevised, EvidenceSubmitted

__all__ = ["EvidenceCommand", "decide", "evolve"]


class DraftEvidence(Command):
    """Begin to write up evidence for a requirement whose step is unlocked.

    The one item may serve further requirements (`also_for`) and framework codes beyond theirs (`tags`).
    """

    asked_by: ClassVar[Access] = HOME
    creates: ClassVar[bool] = True

    evidence_id: Key
    portfolio_id: Key
    home_id: Key
    requirement_key: Key
    also_for: Keys = ()
    tags: Keys = ()
    narrative: OptionalText = None


class ReviseEvidence(Command):
    """Give a draft, or an item that came back, another narrative. The same words of the same person change nothing."""

    asked_by: ClassVar[Access] = HOME

    evidence_id: Key
    narrative: Text


class AttachFile(Command):
    """Put a file to a draft, or to an item that came back. Its name stays with the file."""

    asked_by: ClassVar[Access] = HOME

    evidence_id: Key
    file_id: Key
    file_name: Name
    sha256: str
    size: int
    media_type: str


class SubmitEvidence(Command):
    """Hand the item in for review, and declare that no resident can be identified in it."""

    asked_by: ClassVar[Access] = HOME

    evidence_id: Key
    no_resident_identifiable: bool = Field(strict=True)


class AttestationMissing(Refusal, kind="invalid"):
    """Declare that no resident can be identified in this item, or take out what identifies them first."""


class NothingToReview(Refusal):
    """The item has neither a narrative nor a file. Add at least one before you submit it."""


EvidenceCommand = (
    DraftEvidence
    | ReviseEvidence
    | MapEvidence
    | AttachFile
    | SubmitEvidence
    | ClaimEvidenceReview
    | ReleaseEvidenceReview
    | NoteReviewOverdue
    | ReturnEvidence
    | ApproveEvidence
    | WithdrawEvidenceApproval
)


def decide(item: Evidence, command: EvidenceCommand, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    """The rules of an item of evidence. Raises the refusals of this module and those of its portfolio."""
    match command:
        case DraftEvidence():
            return _draft(item, command, facts)
        case ReviseEvidence():
            return _revise(item, command, facts)
        case MapEvidence():
            return map_item(item, command, facts)
        case AttachFile():
            return _attach(item, command, facts)
        case SubmitEvidence():
            return _submit(item, command, facts)
        case ClaimEvidenceReview():
            return claim(item, command, facts)
        case ReleaseEvidenceReview():
            return release(item, command, facts)
        case NoteReviewOverdue():
            return note_overdue(item, command, facts)
        case ReturnEvidence():
            return return_item(item, command, facts)
        case ApproveEvidence():
            return approve_item(item, command, facts)
        case WithdrawEvidenceApproval():
            return withdraw_approval(item, command, facts)
        case _:
            assert_never(command)


def _draft(item: Evidence, command: DraftEvidence, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    if item.status != "none":
        return []
    asked = facts.asked()
    also_for = further(command.requirement_key, command.also_for)
    portfolio = _portfolio_for(command, facts, (command.requirement_key, *also_for))
    step = unlocked_step(command.requirement_key, "requirement_key", portfolio, asked)
    for key in also_for:
        unlocked_step(key, "also_for", portfolio, asked)
    drafted = EvidenceDrafted(
        evidence_id=command.evidence_id,
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        requirement_key=command.requirement_key,
        step=step,
        author_person_id=facts.actor.id,
        narrative=facts.documents.get("narrative"),
        also_for=also_for,
        tags=own_tags(command.tags, asked),
    )
    return [drafted]


def _portfolio_for(command: DraftEvidence, facts: EvidenceFacts, keys: tuple[str, ...]) -> Portfolio:
    portfolio = writable_portfolio(facts, keys)
    if portfolio.home_id != command.home_id:
        raise PortfolioNotOpen(field="portfolio_id")
    return portfolio


def _revise(item: Evidence, command: ReviseEvidence, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    must_be_editable(item, facts)
    narrative = facts.documents["narrative"]
    same_words = item.narrative is not None and item.narrative.sha256 == narrative.sha256
    if same_words and facts.actor.id in item.writers:
        return []
    revised = EvidenceRevised(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        narrative=narrative,
        revised_by=facts.actor.id,
    )
    return [revised]


def _attach(item: Evidence, command: AttachFile, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    if command.file_id in item.file_ids:
        return []
    must_be_editable(item, facts)
    attached = EvidenceFileAttached(
        portfolio_id=item.portfolio_id,
        attached_by=facts.actor.id,
        **command.model_dump(exclude={"file_name"}),
    )
    return [attached]


def _submit(item: Evidence, command: SubmitEvidence, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    if not command.no_resident_identifiable:
        raise AttestationMissing(field="no_resident_identifiable")
    if item.status == "submitted":
        return []
    must_be_editable(item, facts)
    if item.narrative is None and not item.file_ids:
        raise NothingToReview
    return [_submitted(item, command, facts)]


def _submitted(item: Evidence, command: SubmitEvidence, facts: EvidenceFacts) -> EvidenceSubmitted:
    portfolio, asked = writable_portfolio(facts, item.keys), facts.asked()
    whose = {name: getattr(item, name) for name in ("portfolio_id", "enrolment_id", "home_id", "step", "also_for")}
    names = ("home_name", "cohort_id", "lead_person_id")
    return EvidenceSubmitted(
        evidence_id=command.evidence_id,
        requirement_key=item.requirement_key,
        revision=item.revision + 1,
        tags=tuple(dict.fromkeys((*asked.tags_of(item.keys), *item.tags))),
        submitted_by=facts.actor.id,
        file_count=len(item.file_ids),
        remind_at=facts.now + timedelta(days=asked.rules.review_reminder_days),
        escalate_at=facts.now + timedelta(days=asked.rules.review_escalation_days),
        **whose,
        **{name: getattr(portfolio, name) for name in names},
    )
