"""Waiting for a review: a facilitator claims it, or lets it go; too long a wait is spoken of once for each stage."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from services.portfolio.domain.askers import FACILITATORS, SUPPORTERS
from services.portfolio.domain.evidence_state import Evidence, EvidenceFacts, EvidenceUnknown
from services.portfolio.domain.review import must_be_reviewable
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import (
    EvidenceReviewClaimed,
    EvidenceReviewOverdue,
    EvidenceReviewReleased,
    ReviewStage,
)
from shared.events.roles import COORDINATOR


class ClaimEvidenceReview(Command):
    """Take a review on yourself, so that no two look into the same item."""

    asked_by: ClassVar[Access] = FACILITATORS
    verb: ClassVar[str | None] = "claim"

    evidence_id: Key
    revision: int = Field(ge=1, strict=True)


class ReleaseEvidenceReview(Command):
    """Let a claimed review go, so that others may take it; a coordinator may free one for somebody else."""

    asked_by: ClassVar[Access] = SUPPORTERS
    verb: ClassVar[str | None] = "release"

    evidence_id: Key


class NoteReviewOverdue(Command):
    """Say that this revision has waited too long for its review."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    evidence_id: Key
    revision: int
    stage: ReviewStage
    waiting_since: datetime


class NotYourClaim(Refusal, kind="forbidden"):
    """Only who claimed this review, or a coordinator, lets it go."""


def claim(item: Evidence, command: ClaimEvidenceReview, facts: EvidenceFacts) -> Sequence[EvidenceReviewClaimed]:
    """Claim it, once. Raises what a decision raises."""
    must_be_reviewable(item, command.revision, facts)
    if item.claimed_by == facts.actor.id:
        return []
    claimed = EvidenceReviewClaimed(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        revision=item.revision,
        facilitator_person_id=facts.actor.id,
    )
    return [claimed]


def release(item: Evidence, command: ReleaseEvidenceReview, facts: EvidenceFacts) -> Sequence[EvidenceReviewReleased]:
    """Let it go. Raises EvidenceUnknown and NotYourClaim."""
    if item.status == "none":
        raise EvidenceUnknown
    if item.claimed_by is None:
        return []
    if item.claimed_by != facts.actor.id and COORDINATOR not in facts.actor.roles:
        raise NotYourClaim
    released = EvidenceReviewReleased(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        revision=item.revision,
        facilitator_person_id=item.claimed_by,
        released_by=facts.actor.id,
    )
    return [released]


def note_overdue(item: Evidence, command: NoteReviewOverdue, facts: EvidenceFacts) -> Sequence[EvidenceReviewOverdue]:
    """Speak of it once for each stage, while this revision waits in a portfolio that lives. Raises nothing."""
    portfolio = facts.portfolio
    waits = item.status == "submitted" and item.revision == command.revision
    if not waits or command.stage in item.overdue or portfolio is None or portfolio.frozen_on is not None:
        return []
    overdue = EvidenceReviewOverdue(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        enrolment_id=item.enrolment_id,
        home_id=item.home_id,
        home_name=portfolio.home_name,
        cohort_id=portfolio.cohort_id,
        requirement_key=item.requirement_key,
        revision=item.revision,
        stage=command.stage,
        waiting_since=command.waiting_since,
        facilitator_person_id=item.claimed_by or portfolio.lead_person_id,
    )
    return [overdue]
