"""Reviewing: one decision for each revision, which it names, by somebody from elsewhere."""

import pytest
from pydantic import ValidationError

from services.portfolio.domain.evidence_state import EvidenceDecided, EvidenceUnknown
from services.portfolio.domain.portfolio_state import ConflictOfInterest, PortfolioLocked
from services.portfolio.domain.review import ApproveEvidence, NotSubmitted, ReturnEvidence, StaleRevision
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.state import replace
from shared.events.portfolio import EvidenceRevised
from tests.unit.portfolio.given import (
    APPROVED,
    COLLEAGUE,
    DRAFTED,
    EVIDENCE_ID,
    FACILITATOR,
    HOME_ID,
    NARRATIVE,
    PORTFOLIO_ID,
    RETURN,
    RETURNED,
    TODAY,
    UNLOCKED,
    drafted,
    evidence,
    opened,
    submitted,
    waiting,
    with_portfolio,
)

APPROVE = ApproveEvidence(evidence_id=EVIDENCE_ID, revision=1)
DECISIONS = [APPROVE, RETURN]
Decision = ApproveEvidence | ReturnEvidence
PORTFOLIO = opened.given(UNLOCKED).state


def test_an_approval_names_the_revision_it_approves() -> None:
    waiting.when(APPROVE).then(APPROVED)


def test_an_item_comes_back_with_what_is_missing() -> None:
    after = waiting.when(RETURN).then(RETURNED).state
    assert (after.status, after.reasons, after.guidance) == ("returned", RETURNED.reasons, RETURNED.guidance)


def test_guidance_may_be_left_out() -> None:
    bare = RETURN.model_copy(update={"guidance": None})
    waiting.when(bare).then(RETURNED.model_copy(update={"guidance": None}))


def test_a_return_without_reasons_is_not_a_command() -> None:
    with pytest.raises(ValidationError):
        ReturnEvidence(evidence_id=EVIDENCE_ID, revision=1, reasons=())


def test_a_reason_given_twice_counts_once() -> None:
    doubled = RETURN.model_copy(update={"reasons": ("missing-date", "unclear", "missing-date")})
    waiting.when(doubled).then(RETURNED)


def test_deciding_twice_in_the_same_way_changes_nothing() -> None:
    waiting.given(APPROVED).by(COLLEAGUE).when(APPROVE).then_nothing()
    waiting.given(RETURNED).when(RETURN).then_nothing()


def test_a_revision_gets_one_decision() -> None:
    waiting.given(RETURNED).when(APPROVE).then_refused(EvidenceDecided)
    waiting.given(APPROVED).when(RETURN).then_refused(EvidenceDecided)
    other = RETURN.model_copy(update={"reasons": ("incomplete",)})
    waiting.given(RETURNED).when(other).then_refused(EvidenceDecided)


@pytest.mark.parametrize("command", DECISIONS)
def test_a_decision_about_an_earlier_revision_is_stale(command: Decision) -> None:
    waiting.given(RETURNED, submitted(2)).when(command).then_refused(StaleRevision, revision=2)


def test_a_later_revision_does_not_inherit_a_decision() -> None:
    again = waiting.given(RETURNED, submitted(2))
    assert again.state.status == "submitted"
    second = APPROVE.model_copy(update={"revision": 2})
    again.when(second).then(APPROVED.model_copy(update={"revision": 2}))


@pytest.mark.parametrize("command", DECISIONS)
def test_a_draft_is_not_decided(command: Decision) -> None:
    drafted.by(FACILITATOR).when(command).then_refused(NotSubmitted)


@pytest.mark.parametrize("command", DECISIONS)
def test_an_item_nobody_drafted_is_not_decided(command: Decision) -> None:
    evidence.by(FACILITATOR).when(command).then_refused(EvidenceUnknown)


@pytest.mark.parametrize("command", DECISIONS)
def test_nothing_is_decided_after_the_sign_off(command: Decision) -> None:
    locked = with_portfolio(replace(PORTFOLIO, signed_off_on=TODAY)).given(DRAFTED, submitted()).by(FACILITATOR)
    locked.when(command).then_refused(PortfolioLocked)


@pytest.mark.parametrize("command", DECISIONS)
def test_who_represents_the_home_does_not_review_for_it(command: Decision) -> None:
    own = replace(PORTFOLIO, representatives=frozenset({FACILITATOR.id}))
    with_portfolio(own).given(DRAFTED, submitted()).by(FACILITATOR).when(command).then_refused(ConflictOfInterest)


@pytest.mark.parametrize("command", DECISIONS)
def test_who_acts_for_the_home_by_their_token_does_not_review_for_it(command: Decision) -> None:
    both = Actor(kind="person", id="both", roles=frozenset({"facilitator"}), units=frozenset({HOME_ID}))
    waiting.by(both).when(command).then_refused(ConflictOfInterest)


@pytest.mark.parametrize("command", DECISIONS)
def test_who_had_a_hand_in_an_item_does_not_review_it(command: Decision) -> None:
    helped = EvidenceRevised(
        evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, narrative=NARRATIVE, revised_by=FACILITATOR.id
    )
    drafted.given(helped, submitted()).by(FACILITATOR).when(command).then_refused(ConflictOfInterest)
