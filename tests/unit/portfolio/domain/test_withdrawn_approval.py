"""An approval that is taken back: the item opens again, and every slot that rested on it."""

from services.portfolio.domain.evidence import ReviseEvidence
from services.portfolio.domain.portfolio_state import ConflictOfInterest, HomeHasLeft, PortfolioLocked
from services.portfolio.domain.review import NotApproved, StaleRevision, WithdrawEvidenceApproval
from services.portfolio.domain.slots import ExceptRequirement, FillSlot, ReopenSlots
from shared.chassis.declarations.state import replace
from shared.events.portfolio import (
    AccreditationEarned,
    EvidenceApprovalWithdrawn,
    EvidenceRevised,
    PortfolioReadyForSignOff,
    RequirementExcepted,
    SlotBacked,
    SlotFilled,
    SlotReopened,
)
from tests.support.scenario import document
from tests.unit.portfolio.given import (
    APPROVED,
    ATTESTED,
    AUTHOR,
    COLLEAGUE,
    COVERED,
    EARNED,
    ENROLMENT_ID,
    EVIDENCE_ID,
    FACILITATOR,
    HOME_ID,
    PORTFOLIO_ID,
    READY,
    RECORD,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    UNLOCKED,
    drafted,
    evidence,
    filled,
    opened,
    submitted,
    waiting,
    with_portfolio,
)

WITHDRAW = WithdrawEvidenceApproval(evidence_id=EVIDENCE_ID, revision=1, reason="The date was another home's")
WITHDRAWN = EvidenceApprovalWithdrawn(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    also_for=(),
    revision=1,
    reason=document(WITHDRAW, "reason"),
    withdrawn_by=COLLEAGUE.id,
    facilitator_person_id=FACILITATOR.id,
    author_person_id=AUTHOR.id,
)
ITEM = f"evidence-for-{STATEMENT.key}"
REOPEN = ReopenSlots(portfolio_id=PORTFOLIO_ID, evidence_id=ITEM, cause_event_id="withdrawal-1")
FILL = FillSlot(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    evidence_id="another",
    revision=2,
)
ready = opened.given(filled(STATEMENT), filled(RECORD), READY)
signed_off = ready.given(ATTESTED, SIGNED, SIGNED_OFF)


def reopened(essential_left: int = 1, *, under_award: bool = False) -> SlotReopened:
    return SlotReopened(
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        home_id=HOME_ID,
        pathway="care-home",
        requirement_key=STATEMENT.key,
        evidence_id=ITEM,
        cause_event_id="withdrawal-1",
        under_award=under_award,
        essential_left=essential_left,
    )


def test_an_approval_is_withdrawn_with_its_reason_and_the_item_opens_again() -> None:
    approved = waiting.given(APPROVED)
    after = approved.by(COLLEAGUE).when(WITHDRAW).then(WITHDRAWN).state
    assert (after.status, after.approved_by, after.revision) == ("returned", None, 1)
    revise = ReviseEvidence(evidence_id=EVIDENCE_ID, narrative="With our own date")
    approved.given(WITHDRAWN).by(AUTHOR).when(revise).then_happened(EvidenceRevised)


def test_only_an_approval_of_this_revision_is_withdrawn() -> None:
    waiting.when(WITHDRAW).then_refused(NotApproved)
    waiting.given(APPROVED, WITHDRAWN).when(WITHDRAW).then_refused(NotApproved)
    waiting.given(APPROVED).when(WITHDRAW.model_copy(update={"revision": 2})).then_refused(StaleRevision, revision=1)


def test_nobody_withdraws_an_approval_of_their_own_home() -> None:
    own = replace(opened.given(UNLOCKED).state, representatives=frozenset({COLLEAGUE.id}))
    approved = with_portfolio(own).given(*drafted.history, submitted(), APPROVED)
    approved.by(COLLEAGUE).when(WITHDRAW).then_refused(ConflictOfInterest)


def test_the_slot_opens_again_and_the_portfolio_is_not_ready_any_more() -> None:
    after = ready.when(REOPEN).then(reopened()).state
    assert (after.status, dict(after.approved)) == ("open", {RECORD.key: f"evidence-for-{RECORD.key}"})
    ready.given(reopened()).when(REOPEN).then_nothing()


def test_signatures_given_so_far_lapse_with_it() -> None:
    after = ready.given(ATTESTED).when(REOPEN).then(reopened()).state
    assert (after.status, after.manager_person_id) == ("open", None)
    filled_again = ready.given(ATTESTED, reopened()).when(FILL)
    filled_again.then_happened(SlotFilled, PortfolioReadyForSignOff)


def test_after_the_sign_off_that_slot_only_is_open_again() -> None:
    after = signed_off.when(REOPEN).then(reopened()).state
    assert (after.status, after.reopened) == ("signed_off", {STATEMENT.key})
    item = with_portfolio(after).given(*drafted.history)
    item.when(ReviseEvidence(evidence_id=EVIDENCE_ID, narrative="Anew")).then_happened(EvidenceRevised)
    except_record = ExceptRequirement(portfolio_id=PORTFOLIO_ID, requirement_key="S2-reflection", reason="why")
    signed_off.given(reopened()).when(except_record).then_refused(PortfolioLocked)
    except_it = except_record.model_copy(update={"requirement_key": STATEMENT.key})
    assert signed_off.given(reopened()).when(except_it).then_happened(RequirementExcepted).state.reopened == set()


def test_an_award_under_which_an_approval_is_withdrawn_is_told_so() -> None:
    awarded = signed_off.given(COVERED, EARNED)
    awarded.when(REOPEN).then(reopened(under_award=True))


def test_nothing_is_earned_while_a_slot_is_open_and_it_is_when_it_is_filled() -> None:
    covered = signed_off.given(reopened(), COVERED)
    assert not covered.state.earned
    covered.when(FILL).then_happened(SlotFilled, AccreditationEarned)


def test_another_approved_item_takes_the_place_at_once() -> None:
    backed = ready.given(
        SlotBacked(portfolio_id=PORTFOLIO_ID, requirement_key=STATEMENT.key, evidence_id="another", revision=2)
    )
    after = backed.when(REOPEN).then_happened(SlotReopened, SlotFilled, PortfolioReadyForSignOff).state
    assert (after.approved[STATEMENT.key], after.backing, after.status) == ("another", {}, "ready")


def test_a_further_item_is_remembered_and_forgotten_when_its_own_approval_goes() -> None:
    backed = SlotBacked(portfolio_id=PORTFOLIO_ID, requirement_key=STATEMENT.key, evidence_id="another", revision=2)
    ready.when(FILL).then(backed)
    ready.given(backed).when(FILL).then_nothing()
    other = REOPEN.model_copy(update={"evidence_id": "another"})
    after = ready.given(backed).when(other).then(backed.model_copy(update={"backs": False})).state
    assert (after.backing, after.status) == ({}, "ready")


def test_one_item_fills_every_slot_it_serves_and_opens_them_all_again() -> None:
    both = FILL.model_copy(update={"also_for": (RECORD.key,), "evidence_id": ITEM})
    after = opened.when(both).then_happened(SlotFilled, SlotFilled, PortfolioReadyForSignOff)
    assert [event.essential_left for event in after.events[:2]] == [1, 0]  # type: ignore[attr-defined]  # the event is known from the step before
    again = opened.given(*after.events).when(REOPEN).then_happened(SlotReopened, SlotReopened)
    assert again.state.approved == {}


def test_nothing_is_written_for_a_home_that_left() -> None:
    frozen = replace(opened.given(UNLOCKED).state, frozen_on=SIGNED_OFF.signed_off_on)
    item = with_portfolio(frozen).given(*evidence.given(*drafted.history).history)
    item.when(ReviseEvidence(evidence_id=EVIDENCE_ID, narrative="Anew")).then_refused(HomeHasLeft)
