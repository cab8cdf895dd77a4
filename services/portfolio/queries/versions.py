"""The versions of an item of evidence: what was handed in each time, and what was said to it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.portfolio.domain.askers import READERS
from services.portfolio.domain.evidence_state import Evidence, EvidenceUnknown
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.facts import DocumentRef
from shared.chassis.declarations.query import Query, QueryTools, Told
from shared.events.portfolio import (
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceReturned,
    EvidenceRevised,
    EvidenceSubmitted,
    ReturnReason,
)


class VersionsQuestion(BaseModel):
    """Which item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: Key


class Feedback(BaseModel):
    """What was said to a version, by whom and when. `words` are guidance or reason; None when redacted or not given."""

    outcome: Literal["returned", "approved", "approval-withdrawn"]
    by_person_id: str
    at: datetime
    reasons: tuple[ReturnReason, ...] = ()
    words: str | None = None
    due_on: date | None = None


class Version(BaseModel):
    """One version as it was handed in, with what it served. `narrative` is None when there was none, or redacted."""

    revision: int
    submitted_by: str
    submitted_at: datetime
    narrative: str | None
    file_ids: tuple[str, ...]
    also_for: tuple[str, ...]
    tags: tuple[str, ...]
    feedback: tuple[Feedback, ...] = ()


class Versions(BaseModel):
    """Every version of one item, oldest first."""

    evidence_id: str
    home_id: str
    versions: tuple[Version, ...]


async def versions(question: VersionsQuestion, tools: QueryTools) -> Versions:
    """Every version with its feedback. Raises EvidenceUnknown."""
    item = await tools.look(Evidence, question.evidence_id)
    if item is None:
        raise EvidenceUnknown
    told = await tools.history(Evidence, question.evidence_id)
    found = await versions_of(told, tools)
    return Versions(evidence_id=question.evidence_id, home_id=item.home_id, versions=tuple(found))


async def versions_of(history: Sequence[Told], tools: QueryTools) -> list[Version]:
    """The versions that a history tells of."""
    narrative: DocumentRef | None = None
    files: list[str] = []
    found: list[Version] = []
    for told in history:
        match told.event:
            case EvidenceDrafted() | EvidenceRevised() as written:
                narrative = written.narrative
            case EvidenceFileAttached() as attached:
                files.append(attached.file_id)
            case EvidenceSubmitted() as submitted:
                found.append(await _version(submitted, told.at, narrative, files, tools))
            case EvidenceReturned() | EvidenceApproved() | EvidenceApprovalWithdrawn() as decision:
                said = (*found[-1].feedback, await _feedback(decision, told.at, tools))
                found[-1] = found[-1].model_copy(update={"feedback": said})
            case _:
                pass
    return found


async def _version(
    event: EvidenceSubmitted, at: datetime, narrative: DocumentRef | None, files: Sequence[str], tools: QueryTools
) -> Version:
    return Version(
        revision=event.revision,
        submitted_by=event.submitted_by,
        submitted_at=at,
        narrative=await _words(narrative, tools),
        file_ids=tuple(files),
        also_for=event.also_for,
        tags=event.tags,
    )


async def _feedback(
    event: EvidenceReturned | EvidenceApproved | EvidenceApprovalWithdrawn, at: datetime, tools: QueryTools
) -> Feedback:
    match event:
        case EvidenceReturned():
            return Feedback(
                outcome="returned",
                by_person_id=event.facilitator_person_id,
                at=at,
                reasons=event.reasons,
                words=await _words(event.guidance, tools),
                due_on=event.due_on,
            )
        case EvidenceApproved():
            return Feedback(outcome="approved", by_person_id=event.facilitator_person_id, at=at)
        case EvidenceApprovalWithdrawn():
            words = await _words(event.reason, tools)
            return Feedback(outcome="approval-withdrawn", by_person_id=event.withdrawn_by, at=at, words=words)


async def _words(reference: DocumentRef | None, tools: QueryTools) -> str | None:
    return None if reference is None else await tools.text(reference.document_id)


VERSIONS = Query(
    path="evidence/{evidence_id}/versions",
    read_by=READERS,
    question=VersionsQuestion,
    answer=versions,
    unit="home_id",
)
