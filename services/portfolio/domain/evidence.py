"""An item of evidence for one requirement: drafted, submitted, returned with what is missing or approved.

A submitted revision is locked; each revision gets one decision; a later revision never inherits an approval.
"""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from pydantic import Field

from services.portfolio.domain.askers import HOME
from services.portfolio.domain.evidence_state import (
    Evidence,
    EvidenceDecided,
    EvidenceFacts,
    EvidenceUnknown,
    OptionalText,
    writable_portfolio,
)
from services.portfolio.domain.portfolio_state import PortfolioNotOpen
from services.portfolio.domain.requirements import RequirementsNotHereYet, UnknownRequirement
from services.portfolio.domain.review import ApproveEvidence, ReturnEvidence, approve_item, return_item
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name, Text
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import replace
from shared.events.portfolio import (
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceReturned,
    EvidenceRevised,
    EvidenceSubmitted,
)
from shared.events.values import Requirement


class DraftEvidence(Command):
    """Begin to write up evidence for a requirement whose step is unlocked."""

    asked_by: ClassVar[Access] = HOME
    creates: ClassVar[bool] = True

    evidence_id: Key
    portfolio_id: Key
    home_id: Key
    requirement_key: Key
    narrative: OptionalText = None


class ReviseEvidence(Command):
    """Give a draft, or an item that came back, another narrative."""

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


class StepLocked(Refusal):
    """The step of this requirement is still locked. It opens once somebody of the home was at its workshop."""


class EvidenceLocked(Refusal):
    """This item is with the reviewer and locked. Wait until it is approved or comes back."""


class AttestationMissing(Refusal):
    """Declare that no resident can be identified in this item, or take out what identifies them first."""

    kind: ClassVar[Kind] = "invalid"


class NothingToReview(Refusal):
    """The item has neither a narrative nor a file. Add at least one before you submit it."""


EvidenceCommand = DraftEvidence | ReviseEvidence | AttachFile | SubmitEvidence | ReturnEvidence | ApproveEvidence
EvidenceEvent = (
    EvidenceDrafted | EvidenceRevised | EvidenceFileAttached | EvidenceSubmitted | EvidenceReturned | EvidenceApproved
)


def decide(item: Evidence, command: EvidenceCommand, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    """The rules of an item of evidence. Raises the refusals of this module and those of its portfolio."""
    match command:
        case DraftEvidence():
            return _draft(item, command, facts)
        case ReviseEvidence():
            return _revise(item, command, facts)
        case AttachFile():
            return _attach(item, command, facts)
        case SubmitEvidence():
            return _submit(item, command, facts)
        case ReturnEvidence():
            return return_item(item, command, facts)
        case ApproveEvidence():
            return approve_item(item, command, facts)
        case _:
            assert_never(command)


def _draft(item: Evidence, command: DraftEvidence, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    if item.status != "none":
        return []
    portfolio = writable_portfolio(facts)
    if portfolio.home_id != command.home_id:
        raise PortfolioNotOpen(field="portfolio_id")
    requirement = _requirement(command.requirement_key, facts)
    if requirement.step not in portfolio.steps:
        raise StepLocked(step=requirement.step)
    drafted = EvidenceDrafted(
        evidence_id=command.evidence_id,
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        requirement_key=requirement.key,
        step=requirement.step,
        author_person_id=facts.actor.id,
        narrative=facts.documents.get("narrative"),
    )
    return [drafted]


def _requirement(key: str, facts: EvidenceFacts) -> Requirement:
    if facts.requirements is None:
        raise RequirementsNotHereYet
    requirement = facts.requirements.find(key)
    if requirement is None:
        raise UnknownRequirement(field="requirement_key")
    return requirement


def _must_be_editable(item: Evidence, facts: EvidenceFacts) -> None:
    if item.status == "none":
        raise EvidenceUnknown
    if item.status == "submitted":
        raise EvidenceLocked
    if item.status == "approved":
        raise EvidenceDecided
    writable_portfolio(facts)


def _revise(item: Evidence, command: ReviseEvidence, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    _must_be_editable(item, facts)
    revised = EvidenceRevised(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        narrative=facts.documents["narrative"],
        revised_by=facts.actor.id,
    )
    return [revised]


def _attach(item: Evidence, command: AttachFile, facts: EvidenceFacts) -> Sequence[EvidenceEvent]:
    if command.file_id in item.file_ids:
        return []
    _must_be_editable(item, facts)
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
    _must_be_editable(item, facts)
    if item.narrative is None and not item.file_ids:
        raise NothingToReview
    submitted = EvidenceSubmitted(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        enrolment_id=item.enrolment_id,
        home_id=item.home_id,
        requirement_key=item.requirement_key,
        step=item.step,
        revision=item.revision + 1,
        tags=_requirement(item.requirement_key, facts).tags,
        submitted_by=facts.actor.id,
        file_count=len(item.file_ids),
    )
    return [submitted]


def evolve(item: Evidence, event: EvidenceEvent) -> Evidence:
    """The item after this event."""
    match event:
        case EvidenceDrafted():
            told = event.model_dump(include={"portfolio_id", "enrolment_id", "home_id", "requirement_key", "step"})
            author = event.author_person_id
            return replace(
                item,
                status="draft",
                author_person_id=author,
                writers=frozenset({author}),
                narrative=event.narrative,
                **told,
            )
        case EvidenceRevised():
            return replace(item, narrative=event.narrative, writers=item.writers | {event.revised_by})
        case EvidenceFileAttached():
            writers = item.writers | {event.attached_by}
            return replace(item, file_ids=(*item.file_ids, event.file_id), writers=writers)
        case EvidenceSubmitted():
            writers = item.writers | {event.submitted_by}
            return replace(
                item, status="submitted", revision=event.revision, writers=writers, reasons=(), guidance=None
            )
        case EvidenceReturned():
            return replace(item, status="returned", reasons=event.reasons, guidance=event.guidance)
        case EvidenceApproved():
            return replace(item, status="approved")
        case _:
            assert_never(event)
