"""A renewal in a portfolio: fresh evidence for what is renewable, and both signatures again; nothing is reset.

Earlier evidence stays approved; a slot that is asked for again keeps its first item and gets a fresh one beside it.
"""

from collections.abc import Sequence
from typing import ClassVar

from services.portfolio.domain.askers import FACILITATORS, HOME_MANAGER
from services.portfolio.domain.portfolio_state import ConflictOfInterest, HomeHasLeft, Portfolio, evolve
from services.portfolio.domain.renewal_state import Renewal
from services.portfolio.domain.requirements import Requirements
from services.portfolio.domain.sign_off import AlreadySigned, NotReady, OneSignatory, WrongWording
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.portfolio import RenewalAttested, RenewalEarned, RenewalOpened, RenewalSigned


class OpenRenewal(Command):
    """Open the renewable slots of a portfolio for fresh evidence."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    portfolio_id: Key
    cycle: int


class AttestRenewal(Command):
    """Promise for the home again that it will be sustained, in the version's wording."""

    asked_by: ClassVar[Access] = HOME_MANAGER
    verb: ClassVar[str | None] = "attest-renewal"

    portfolio_id: Key
    wording_version: Key
    agrees_to_public_register: bool


class SignOffRenewal(Command):
    """Put the facilitator's signature to a renewal that has its fresh evidence."""

    asked_by: ClassVar[Access] = FACILITATORS
    verb: ClassVar[str | None] = "sign-off-renewal"

    portfolio_id: Key


class NoRenewal(Refusal):
    """No renewal is open in this portfolio. Start one from its accreditation when it is time."""


RenewalEvent = RenewalOpened | RenewalAttested | RenewalSigned | RenewalEarned


def open_renewal(portfolio: Portfolio, command: OpenRenewal, asked: Requirements | None) -> Sequence[RenewalOpened]:
    """Open it once for each cycle; what does not apply to the home is not asked for again. Raises nothing."""
    known = portfolio.renewal is not None and portfolio.renewal.cycle >= command.cycle
    if known or asked is None or not portfolio.locked:
        return []
    keys = tuple(each.key for each in asked.requirements if each.renewable and each.key not in portfolio.excepted)
    opened = RenewalOpened(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        cycle=command.cycle,
        requirement_keys=keys,
    )
    return [opened]


def attest_renewal(
    portfolio: Portfolio, command: AttestRenewal, facts: Facts, asked: Requirements
) -> Sequence[RenewalEvent]:
    """The manager's signature. Raises NoRenewal, WrongWording, AlreadySigned, OneSignatory, NotReady, HomeHasLeft."""
    if command.wording_version != asked.attestation.version:
        raise WrongWording(field="wording_version", wording_version=asked.attestation.version)
    renewal = _open(portfolio)
    if _signed_before(renewal.manager_person_id, renewal.facilitator_person_id, facts):
        return []
    _must_be_ready(renewal)
    attested = RenewalAttested(
        **command.model_dump(),
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        cycle=renewal.cycle,
        manager_person_id=facts.actor.id,
        attested_on=local_day(facts.now),
    )
    return [attested, *_earned(evolve(portfolio, attested), command.portfolio_id, facts)]


def sign_renewal(portfolio: Portfolio, command: SignOffRenewal, facts: Facts) -> Sequence[RenewalEvent]:
    """The facilitator's. Raises ConflictOfInterest, NoRenewal, AlreadySigned, OneSignatory, NotReady, HomeHasLeft."""
    if portfolio.is_own_home_of(facts.actor):
        raise ConflictOfInterest
    renewal = _open(portfolio)
    if _signed_before(renewal.facilitator_person_id, renewal.manager_person_id, facts):
        return []
    _must_be_ready(renewal)
    signed = RenewalSigned(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        cycle=renewal.cycle,
        facilitator_person_id=facts.actor.id,
        signed_on=local_day(facts.now),
    )
    return [signed, *_earned(evolve(portfolio, signed), command.portfolio_id, facts)]


def _open(portfolio: Portfolio) -> Renewal:
    if portfolio.frozen_on is not None:
        raise HomeHasLeft(frozen_on=portfolio.frozen_on.isoformat())
    if portfolio.renewal is None:
        raise NoRenewal
    return portfolio.renewal


def _signed_before(this: str | None, other: str | None, facts: Facts) -> bool:
    """True when this very person has given this signature already. Raises AlreadySigned and OneSignatory."""
    if this == facts.actor.id:
        return True
    if this is not None:
        raise AlreadySigned
    if other == facts.actor.id:
        raise OneSignatory
    return False


def _must_be_ready(renewal: Renewal) -> None:
    missing = sorted(renewal.open_keys)
    if missing:
        raise NotReady(missing=tuple(missing))


def _earned(portfolio: Portfolio, portfolio_id: str, facts: Facts) -> list[RenewalEarned]:
    renewal = portfolio.renewal
    if renewal is None or renewal.manager_person_id is None or renewal.facilitator_person_id is None:
        return []
    earned = RenewalEarned(
        portfolio_id=portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        pathway=portfolio.pathway,
        cycle=renewal.cycle,
        earned_on=local_day(facts.now),
        agrees_to_public_register=renewal.agrees_to_public_register,
    )
    return [earned]
