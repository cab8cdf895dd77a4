"""The rules of a portfolio's slots: opening, steps, representatives, approved items and exceptions."""

import pytest
from pydantic import ValidationError

from services.portfolio.domain.coverage import NoteCoverage, UnlockStep
from services.portfolio.domain.portfolio import EndRepresentative, HandPortfolioOver, NoteRepresentative, OpenPortfolio
from services.portfolio.domain.portfolio_state import ConflictOfInterest, PortfolioLocked, PortfolioNotOpen
from services.portfolio.domain.requirements import RequirementsNotHereYet, UnknownRequirement
from services.portfolio.domain.slots import ExceptRequirement, FillSlot, SlotAlreadyFilled
from shared.events.portfolio import (
    CoverageNoted,
    PortfolioHandedOver,
    PortfolioReadyForSignOff,
    RepresentativeDropped,
    RepresentativeNoted,
    RequirementExcepted,
    SlotFilled,
)
from tests.support.scenario import document
from tests.unit.portfolio.given import (
    AUTHOR,
    COLLEAGUE,
    COVERED,
    ENROLMENT_ID,
    FACILITATOR,
    HOME_ID,
    OPENED,
    PORTFOLIO_ID,
    READY,
    RECORD,
    REFLECTION,
    SIGNED_OFF,
    STATEMENT,
    UNLOCKED,
    filled,
    opened,
    portfolio,
)

OPEN = OpenPortfolio(**OPENED.model_dump())
UNLOCK = UnlockStep(**UNLOCKED.model_dump(), attendance_id="attendance-1", covers=False)
COVER = NoteCoverage(**COVERED.model_dump())
EXCEPT_RECORD = ExceptRequirement(portfolio_id=PORTFOLIO_ID, requirement_key=RECORD.key, reason="No beds for it")
EXCEPTED = RequirementExcepted(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    requirement_key=RECORD.key,
    reason=document(EXCEPT_RECORD, "reason"),
    excepted_by=FACILITATOR.id,
    essential_left=1,
)


def fill(key: str) -> FillSlot:
    return FillSlot(
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        home_id=HOME_ID,
        requirement_key=key,
        evidence_id=f"evidence-for-{key}",
        revision=1,
    )


def represent(person_id: str) -> NoteRepresentative:
    return NoteRepresentative(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=person_id)


def end(person_id: str) -> EndRepresentative:
    return EndRepresentative(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=person_id)


def test_a_portfolio_opens() -> None:
    assert portfolio.when(OPEN).then(OPENED).state.status == "open"


def test_a_portfolio_opens_once() -> None:
    opened.when(OPEN).then_nothing()


def test_a_portfolio_is_handed_over_once() -> None:
    hand = HandPortfolioOver(
        portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, lead_person_id=COLLEAGUE.id
    )
    handed = PortfolioHandedOver(**hand.model_dump())
    opened.when(hand).then(handed)
    opened.given(handed).when(hand).then_nothing()


def test_a_portfolio_handed_over_before_the_opening_stays_with_the_second_facilitator() -> None:
    handed = PortfolioHandedOver(
        portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, lead_person_id=COLLEAGUE.id
    )
    assert portfolio.given(handed, OPENED).state == portfolio.given(OPENED, handed).state


def test_a_step_is_unlocked_once_however_many_attend() -> None:
    opened.when(UNLOCK).then(UNLOCKED)
    opened.given(UNLOCKED).when(UNLOCK).then_nothing()


def test_a_step_unlocked_before_the_opening_stays_unlocked() -> None:
    early = portfolio.when(UNLOCK).then(UNLOCKED)
    assert (early.state.status, early.state.home_id) == ("unopened", HOME_ID)
    assert portfolio.given(UNLOCKED, OPENED).state == portfolio.given(OPENED, UNLOCKED).state


def test_coverage_noted_before_the_opening_is_kept() -> None:
    portfolio.when(COVER).then(COVERED)
    assert portfolio.given(COVERED, OPENED).state == portfolio.given(OPENED, COVERED).state


def test_coverage_is_noted_once() -> None:
    opened.given(COVERED).when(COVER).then_nothing()


def test_coverage_earns_nothing_before_the_sign_off() -> None:
    opened.when(COVER).then_happened(CoverageNoted)


def test_a_representative_is_noted_once_and_dropped_once() -> None:
    noted = RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id="rep-2")
    dropped = RepresentativeDropped(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id="rep-2")
    portfolio.when(represent("rep-2")).then(noted)
    opened.given(noted).when(represent("rep-2")).then_nothing()
    opened.given(noted).when(end("rep-2")).then(dropped)
    opened.given(noted, dropped).when(end("rep-2")).then_nothing()


def test_representatives_named_at_the_opening_are_known() -> None:
    opened.when(represent(AUTHOR.id)).then_nothing()


def test_representatives_noted_before_the_opening_are_kept() -> None:
    noted = RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id="rep-2")
    assert portfolio.given(noted, OPENED).state.representatives == {AUTHOR.id, "rep-2"}


def test_an_approved_item_fills_its_slot_and_tells_what_is_left() -> None:
    opened.when(fill(STATEMENT.key)).then(filled(STATEMENT, essential_left=1))


def test_a_second_approved_item_for_the_same_requirement_changes_nothing() -> None:
    opened.given(filled(STATEMENT)).when(fill(STATEMENT.key)).then_nothing()


def test_a_portfolio_is_ready_when_the_last_essential_slot_is_filled() -> None:
    ready = opened.given(filled(STATEMENT)).when(fill(RECORD.key)).then(filled(RECORD, essential_left=0), READY)
    assert ready.state.status == "ready"


def test_a_slot_that_is_not_essential_makes_nothing_ready() -> None:
    opened.given(filled(STATEMENT)).when(fill(REFLECTION.key)).then_happened(SlotFilled)


def test_readiness_is_told_once() -> None:
    full = opened.given(filled(STATEMENT), filled(RECORD), READY)
    full.when(fill(REFLECTION.key)).then_happened(SlotFilled)


def test_a_slot_can_be_filled_when_nothing_else_is_known() -> None:
    portfolio.knowing(requirements=None).when(fill(STATEMENT.key)).then(filled(STATEMENT))


def test_a_slot_is_filled_even_when_the_approval_is_heard_of_after_the_sign_off() -> None:
    opened.given(filled(STATEMENT), filled(RECORD), READY, SIGNED_OFF).when(fill(REFLECTION.key)).then_happened(
        SlotFilled
    )


def test_a_requirement_is_excepted_with_a_reason() -> None:
    opened.when(EXCEPT_RECORD).then(EXCEPTED)


def test_an_exception_can_make_a_portfolio_ready() -> None:
    opened.given(filled(STATEMENT)).when(EXCEPT_RECORD).then_happened(RequirementExcepted, PortfolioReadyForSignOff)


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_an_exception_without_a_reason_is_not_a_command(reason: str | None) -> None:
    with pytest.raises(ValidationError):
        ExceptRequirement(portfolio_id=PORTFOLIO_ID, requirement_key=RECORD.key, reason=reason)  # type: ignore[arg-type]  # a wrong value on purpose


def test_an_exception_counts_when_the_last_slot_is_filled() -> None:
    opened.given(EXCEPTED).when(fill(STATEMENT.key)).then(filled(STATEMENT, essential_left=0), READY)


def test_excepting_twice_changes_nothing() -> None:
    opened.given(EXCEPTED).when(EXCEPT_RECORD).then_nothing()


def test_a_requirement_with_an_approved_item_needs_no_exception() -> None:
    opened.given(filled(RECORD)).when(EXCEPT_RECORD).then_refused(SlotAlreadyFilled)


def test_an_item_approved_after_an_exception_takes_its_place() -> None:
    after = opened.given(EXCEPTED).when(fill(RECORD.key)).then(filled(RECORD, essential_left=1))
    assert after.state.approved == {RECORD.key: f"evidence-for-{RECORD.key}"}


def test_an_unknown_requirement_cannot_be_excepted() -> None:
    command = ExceptRequirement(portfolio_id=PORTFOLIO_ID, requirement_key="S9-none", reason="why")
    opened.when(command).then_refused(UnknownRequirement, field="requirement_key")


def test_nothing_is_excepted_in_a_portfolio_that_is_not_open() -> None:
    portfolio.when(EXCEPT_RECORD).then_refused(PortfolioNotOpen)


def test_nothing_is_excepted_before_the_requirements_are_here() -> None:
    opened.knowing(requirements=None).when(EXCEPT_RECORD).then_refused(RequirementsNotHereYet)


def test_nothing_is_excepted_after_the_sign_off() -> None:
    opened.given(SIGNED_OFF).when(EXCEPT_RECORD).then_refused(PortfolioLocked)


def test_nobody_excepts_for_their_own_home() -> None:
    noted = RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=FACILITATOR.id)
    opened.given(noted).when(EXCEPT_RECORD).then_refused(ConflictOfInterest)
