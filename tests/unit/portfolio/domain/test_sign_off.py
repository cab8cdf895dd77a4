"""Signing off: readiness, two signatures by two people in either order, and what is earned, once."""

from datetime import UTC, date, datetime

import pytest

from services.portfolio.domain.coverage import NoteCoverage
from services.portfolio.domain.portfolio_state import ConflictOfInterest, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from services.portfolio.domain.sign_off import (
    AlreadyAttested,
    AlreadySigned,
    AttestPortfolio,
    NotReady,
    OneSignatory,
    SignOffPortfolio,
    WrongWording,
)
from shared.chassis.declarations.facts import Actor
from shared.events.portfolio import (
    AccreditationEarned,
    CoverageNoted,
    RepresentativeDropped,
    RepresentativeNoted,
    RequirementExcepted,
)
from shared.events.values import Requirement, Wording
from tests.unit.portfolio.given import (
    ATTESTED,
    COLLEAGUE,
    COVERED,
    EARNED,
    ENROLMENT_ID,
    FACILITATOR,
    HOME_ID,
    MANAGER,
    NARRATIVE,
    PORTFOLIO_ID,
    READY,
    RECORD,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    VERSION_ID,
    filled,
    opened,
    portfolio,
)

ATTEST = AttestPortfolio(portfolio_id=PORTFOLIO_ID, wording_version="attestation-1", agrees_to_public_register=True)
SIGN = SignOffPortfolio(portfolio_id=PORTFOLIO_ID)
COVER = NoteCoverage(portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, covered_codes=())

ready = opened.given(filled(STATEMENT), filled(RECORD), READY)
as_manager = ready.by(MANAGER)


def excepted(requirement: Requirement) -> RequirementExcepted:
    return RequirementExcepted(
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        requirement_key=requirement.key,
        reason=NARRATIVE,
        excepted_by=FACILITATOR.id,
    )


def test_one_signature_awaits_the_other() -> None:
    assert as_manager.when(ATTEST).then(ATTESTED).state.status == "awaiting_signature"
    assert ready.when(SIGN).then(SIGNED).state.status == "awaiting_signature"


def test_the_second_signature_signs_off_in_either_order() -> None:
    first = ready.given(ATTESTED).when(SIGN).then(SIGNED, SIGNED_OFF)
    second = as_manager.given(SIGNED).when(ATTEST).then(ATTESTED, SIGNED_OFF)
    assert first.state == second.state
    assert first.state.status == "signed_off"


def test_sign_off_of_a_covered_home_earns_the_accreditation() -> None:
    ready.given(COVERED, ATTESTED).when(SIGN).then(SIGNED, SIGNED_OFF, EARNED)
    as_manager.given(COVERED, SIGNED).when(ATTEST).then(ATTESTED, SIGNED_OFF, EARNED)


def test_late_on_a_summer_evening_the_day_is_the_one_on_the_wall() -> None:
    late, day = ready.given(COVERED, ATTESTED).at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)), date(2026, 7, 1)
    signed = SIGNED.model_copy(update={"signed_on": day})
    signed_off = SIGNED_OFF.model_copy(update={"signed_off_on": day})
    late.when(SIGN).then(signed, signed_off, EARNED.model_copy(update={"earned_on": day}))


def test_coverage_after_the_sign_off_earns_the_accreditation() -> None:
    ready.given(ATTESTED, SIGNED, SIGNED_OFF).when(COVER).then_happened(CoverageNoted, AccreditationEarned)


def test_what_is_earned_is_earned_once() -> None:
    over = ready.given(COVERED, ATTESTED, SIGNED, SIGNED_OFF, EARNED)
    over.when(COVER).then_nothing()
    over.when(SIGN).then_nothing()
    over.by(MANAGER).when(ATTEST).then_nothing()


def test_coverage_heard_of_after_the_accreditation_earns_no_second_one() -> None:
    ready.given(ATTESTED, SIGNED, SIGNED_OFF, EARNED).when(COVER).then_happened(CoverageNoted)


def test_the_sign_off_names_what_was_excepted_and_not_approved_after_all() -> None:
    both = opened.given(filled(STATEMENT), excepted(RECORD), excepted(STATEMENT), READY, ATTESTED)
    both.when(SIGN).then(SIGNED, SIGNED_OFF.model_copy(update={"excepted": (RECORD.key,)}))


def test_signing_twice_changes_nothing() -> None:
    ready.given(SIGNED).when(SIGN).then_nothing()
    as_manager.given(ATTESTED).when(ATTEST).then_nothing()


def test_another_facilitator_does_not_sign_again() -> None:
    ready.given(SIGNED).by(COLLEAGUE).when(SIGN).then_refused(AlreadySigned)


def test_an_attestation_that_says_something_else_is_refused() -> None:
    other = ATTEST.model_copy(update={"agrees_to_public_register": False})
    as_manager.given(ATTESTED).when(other).then_refused(AlreadyAttested)


def test_only_the_wording_of_the_version_is_attested() -> None:
    other = ATTEST.model_copy(update={"wording_version": "attestation-0"})
    as_manager.when(other).then_refused(WrongWording, field="wording_version", wording_version="attestation-1")


def test_a_portfolio_with_gaps_is_not_signed_and_the_gaps_are_named() -> None:
    gaps = opened.given(filled(STATEMENT))
    gaps.when(SIGN).then_refused(NotReady, missing=(RECORD.key,))
    gaps.by(MANAGER).when(ATTEST).then_refused(NotReady, missing=(RECORD.key,))


def test_a_version_in_which_nothing_is_essential_is_ready_when_somebody_signs() -> None:
    nothing = Requirements(version_id=VERSION_ID, attestation=Wording(version="attestation-1", text="We do."))
    opened.knowing(requirements=nothing).when(SIGN).then(READY, SIGNED)


def test_who_represents_the_home_does_not_sign_for_it() -> None:
    noted = RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=FACILITATOR.id)
    ready.given(noted).when(SIGN).then_refused(ConflictOfInterest)


def test_who_no_longer_represents_the_home_may_sign() -> None:
    noted = RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=FACILITATOR.id)
    dropped = RepresentativeDropped(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=FACILITATOR.id)
    ready.given(noted, dropped).when(SIGN).then(SIGNED)


def test_who_acts_for_the_home_by_their_token_does_not_sign_for_it() -> None:
    both = Actor(kind="person", id="both", roles=frozenset({"facilitator"}), units=frozenset({HOME_ID}))
    ready.by(both).when(SIGN).then_refused(ConflictOfInterest)


def test_the_two_signatures_come_from_two_people() -> None:
    one = Actor(kind="person", id="one", roles=frozenset({"facilitator", "manager"}))
    ready.given(ATTESTED.model_copy(update={"manager_person_id": "one"})).by(one).when(SIGN).then_refused(OneSignatory)
    ready.given(SIGNED.model_copy(update={"facilitator_person_id": "one"})).by(one).when(ATTEST).then_refused(
        OneSignatory
    )


@pytest.mark.parametrize("command", [SIGN, ATTEST])
def test_nothing_is_signed_before_the_portfolio_opens(command: SignOffPortfolio | AttestPortfolio) -> None:
    portfolio.when(command).then_refused(PortfolioNotOpen)


@pytest.mark.parametrize("command", [SIGN, ATTEST])
def test_nothing_is_signed_before_the_requirements_are_here(command: SignOffPortfolio | AttestPortfolio) -> None:
    ready.knowing(requirements=None).when(command).then_refused(RequirementsNotHereYet)
