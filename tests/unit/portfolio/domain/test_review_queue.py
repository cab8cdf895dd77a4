"""Waiting for a review: claimed by one, released again, and spoken of once for each stage."""

from datetime import timedelta

import pytest

from services.portfolio.domain.evidence_state import EvidenceDecided, EvidenceUnknown
from services.portfolio.domain.portfolio_state import ConflictOfInterest
from services.portfolio.domain.review import ApproveEvidence, ClaimedByAnother, StaleRevision
from services.portfolio.domain.review_queue import (
    ClaimEvidenceReview,
    NoteReviewOverdue,
    NotYourClaim,
    ReleaseEvidenceReview,
)
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.state import replace
from shared.events.portfolio import EvidenceReviewClaimed, EvidenceReviewOverdue, EvidenceReviewReleased, ReviewStage
from tests.unit.portfolio.given import (
    APPROVED,
    COLLEAGUE,
    DRAFTED,
    ENROLMENT_ID,
    EVIDENCE_ID,
    FACILITATOR,
    HOME_ID,
    NOW,
    PORTFOLIO_ID,
    RETURN,
    RETURNED,
    STATEMENT,
    TODAY,
    UNLOCKED,
    evidence,
    opened,
    submitted,
    waiting,
    with_portfolio,
)

CLAIM = ClaimEvidenceReview(evidence_id=EVIDENCE_ID, revision=1)
RELEASE = ReleaseEvidenceReview(evidence_id=EVIDENCE_ID)
CLAIMED = EvidenceReviewClaimed(
    evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, revision=1, facilitator_person_id=FACILITATOR.id
)
RELEASED = EvidenceReviewReleased(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    revision=1,
    facilitator_person_id=FACILITATOR.id,
    released_by=FACILITATOR.id,
)
COORDINATOR = Actor(kind="person", id="coordinator-1", roles=frozenset({"coordinator"}))


def remind(stage: ReviewStage = "reminder", revision: int = 1) -> NoteReviewOverdue:
    return NoteReviewOverdue(evidence_id=EVIDENCE_ID, revision=revision, stage=stage, waiting_since=NOW)


def overdue(stage: ReviewStage = "reminder", facilitator: Actor = FACILITATOR) -> EvidenceReviewOverdue:
    return EvidenceReviewOverdue(
        evidence_id=EVIDENCE_ID,
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        home_id=HOME_ID,
        home_name="Bryn Awel",
        cohort_id="cohort-1",
        requirement_key=STATEMENT.key,
        revision=1,
        stage=stage,
        waiting_since=NOW,
        facilitator_person_id=facilitator.id,
    )


def test_a_review_is_claimed_once() -> None:
    waiting.when(CLAIM).then(CLAIMED)
    waiting.given(CLAIMED).when(CLAIM).then_nothing()


def test_what_one_has_claimed_another_neither_claims_nor_decides() -> None:
    claimed = waiting.given(CLAIMED).by(COLLEAGUE)
    approve = ApproveEvidence(evidence_id=EVIDENCE_ID, revision=1)
    for command in (CLAIM, approve, RETURN):
        claimed.when(command).then_refused(ClaimedByAnother, facilitator_person_id=FACILITATOR.id)
    waiting.given(CLAIMED).when(approve).then(APPROVED)


def test_a_claim_ends_with_its_release_and_with_the_decision() -> None:
    waiting.given(CLAIMED).when(RELEASE).then(RELEASED)
    again = waiting.given(CLAIMED, RELEASED).by(COLLEAGUE).when(CLAIM)
    again.then(CLAIMED.model_copy(update={"facilitator_person_id": COLLEAGUE.id}))
    assert waiting.given(CLAIMED, RETURNED, submitted(2)).state.claimed_by is None


def test_what_nobody_claimed_needs_no_release() -> None:
    waiting.when(RELEASE).then_nothing()


def test_only_the_claimant_or_a_coordinator_lets_go() -> None:
    claimed = waiting.given(CLAIMED)
    claimed.by(COLLEAGUE).when(RELEASE).then_refused(NotYourClaim)
    freed = RELEASED.model_copy(update={"released_by": COORDINATOR.id})
    claimed.by(COORDINATOR).when(RELEASE).then(freed)


def test_a_claim_names_the_revision_that_waits() -> None:
    waiting.given(RETURNED, submitted(2)).when(CLAIM).then_refused(StaleRevision, revision=2)
    waiting.given(APPROVED).when(CLAIM).then_refused(EvidenceDecided)
    evidence.by(FACILITATOR).when(CLAIM).then_refused(EvidenceUnknown)
    evidence.by(FACILITATOR).when(RELEASE).then_refused(EvidenceUnknown)


def test_nobody_claims_a_review_for_their_own_home() -> None:
    both = Actor(kind="person", id="both", roles=frozenset({"facilitator"}), units=frozenset({HOME_ID}))
    waiting.by(both).when(CLAIM).then_refused(ConflictOfInterest)


@pytest.mark.parametrize("stage", ["reminder", "escalation"])
def test_too_long_a_wait_is_spoken_of_once_for_each_stage(stage: ReviewStage) -> None:
    waiting.at(NOW + timedelta(days=7)).when(remind(stage)).then(overdue(stage))
    waiting.given(overdue(stage)).when(remind(stage)).then_nothing()


def test_who_claimed_the_review_is_reminded_else_the_lead() -> None:
    claimed = CLAIMED.model_copy(update={"facilitator_person_id": COLLEAGUE.id})
    waiting.given(claimed).when(remind()).then(overdue(facilitator=COLLEAGUE))


def test_nobody_is_reminded_of_what_is_decided_or_was_handed_in_anew() -> None:
    waiting.given(RETURNED).when(remind()).then_nothing()
    waiting.given(APPROVED).when(remind()).then_nothing()
    waiting.given(RETURNED, submitted(2)).when(remind()).then_nothing()
    waiting.given(overdue(), RETURNED, submitted(2)).when(remind(revision=2)).then_happened(EvidenceReviewOverdue)


def test_nobody_is_reminded_for_a_home_that_left() -> None:
    frozen = replace(opened.given(UNLOCKED).state, frozen_on=TODAY)
    with_portfolio(frozen).given(DRAFTED, submitted()).when(remind()).then_nothing()
