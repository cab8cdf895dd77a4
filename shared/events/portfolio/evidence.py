"""An item of evidence: written, handed in, reviewed."""

from datetime import date, datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef

ReturnReason = Literal["missing-date", "not-from-practice", "identifies-person", "unclear", "incomplete"]
ReviewStage = Literal["reminder", "escalation"]


class EvidenceDrafted(Event):
    """Somebody began to write up evidence for a requirement. Caused always by DraftEvidence.

    `also_for`: further requirements that the one item serves; `tags`: framework codes beyond those of its requirements.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    author_person_id: str
    narrative: DocumentRef | None = None
    also_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class EvidenceRevised(Event):
    """A draft, or an item that came back, got another narrative. Caused always by ReviseEvidence."""

    evidence_id: str
    portfolio_id: str
    narrative: DocumentRef
    revised_by: str


class EvidenceMapped(Event):
    """An item not handed in was said to serve these further requirements and codes, in place of those before.

    Caused sometimes by MapEvidence.
    """

    evidence_id: str
    portfolio_id: str
    also_for: tuple[str, ...]
    tags: tuple[str, ...]
    mapped_by: str


class EvidenceFileAttached(Event):
    """A file was put to an item. `size` in bytes. Caused always by AttachFile."""

    evidence_id: str
    portfolio_id: str
    file_id: str
    sha256: str
    size: int
    media_type: str
    attached_by: str


class EvidenceSubmitted(Event):
    """An item was handed in for review; its revision is now locked. Caused always by SubmitEvidence.

    `tags` are those of all its requirements and its own. The reviewer is reminded at `remind_at`, the review is
    escalated at `escalate_at`.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    revision: int
    tags: tuple[str, ...]
    submitted_by: str
    file_count: int
    also_for: tuple[str, ...] = ()
    home_name: str = ""
    cohort_id: str = ""
    lead_person_id: str = ""
    remind_at: datetime | None = None
    escalate_at: datetime | None = None


class EvidenceReviewClaimed(Event):
    """A facilitator took a review on themselves. Caused sometimes by ClaimEvidenceReview."""

    evidence_id: str
    portfolio_id: str
    revision: int
    facilitator_person_id: str


class EvidenceReviewReleased(Event):
    """A claimed review is free for others again. Caused sometimes by ReleaseEvidenceReview."""

    evidence_id: str
    portfolio_id: str
    revision: int
    facilitator_person_id: str
    released_by: str


class EvidenceReviewOverdue(Event):
    """A submission has waited too long for its review; comes once for each stage.

    `facilitator_person_id` is who claimed the review, else the lead of the cohort. Caused sometimes by
    NoteReviewOverdue.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    requirement_key: str
    revision: int
    stage: ReviewStage
    waiting_since: datetime
    facilitator_person_id: str


class EvidenceReturned(Event):
    """A facilitator gave an item back and said what is missing. Caused always by ReturnEvidence.

    It is wanted again by `due_on`. `returns` counts how often this item came back; when that is often,
    `support_suggested` says that somebody should call the home.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    revision: int
    reasons: tuple[ReturnReason, ...]
    guidance: DocumentRef | None
    facilitator_person_id: str
    author_person_id: str
    also_for: tuple[str, ...] = ()
    due_on: date | None = None
    returns: int = 1
    support_suggested: bool = False


class EvidenceApproved(Event):
    """A facilitator approved this revision of an item. Caused always by ApproveEvidence."""

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    revision: int
    facilitator_person_id: str
    author_person_id: str
    also_for: tuple[str, ...] = ()


class EvidenceApprovalWithdrawn(Event):
    """An approval was taken back, for a reason; the item can be revised again.

    `facilitator_person_id` is who had approved it. Caused always by WithdrawEvidenceApproval.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    also_for: tuple[str, ...]
    revision: int
    reason: DocumentRef
    withdrawn_by: str
    facilitator_person_id: str
    author_person_id: str
