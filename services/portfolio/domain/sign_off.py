"""Signing a portfolio off: when it is ready, two signatures in either order, and what they earn."""

from collections.abc import Sequence
from typing import ClassVar

from services.portfolio.domain.askers import FACILITATORS, HOME_MANAGER
from services.portfolio.domain.award import earned
from services.portfolio.domain.portfolio_state import ConflictOfInterest, HomeHasLeft, Portfolio, evolve
from services.portfolio.domain.requirements import Requirements
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.portfolio import (
    AccreditationEarned,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioReadyForSignOff,
    PortfolioSignedOff,
)

SigningEvent = PortfolioReadyForSignOff | ManagerAttested | FacilitatorSigned | PortfolioSignedOff | AccreditationEarned


class AttestPortfolio(Command):
    """Declare for the home that it is put into practice and will be sustained, in the version's wording."""

    asked_by: ClassVar[Access] = HOME_MANAGER

    portfolio_id: Key
    wording_version: Key
    agrees_to_public_register: bool


class SignOffPortfolio(Command):
    """Put the facilitator's signature to a portfolio that is ready."""

    asked_by: ClassVar[Access] = FACILITATORS

    portfolio_id: Key


class NotReady(Refusal):
    """Some essential requirements are neither approved nor excepted yet. Settle those listed as missing first."""


class WrongWording(Refusal, kind="invalid"):
    """That is not the wording of this programme version. Read and sign the version named here."""


class AlreadyAttested(Refusal):
    """The manager's signature is there already, and says something else. It is not given twice."""


class AlreadySigned(Refusal):
    """A facilitator has signed this portfolio already. It is not signed twice."""


class OneSignatory(Refusal, kind="forbidden"):
    """The two signatures must come from two people. Ask somebody else for the second one."""


def attest(portfolio: Portfolio, command: AttestPortfolio, facts: Facts, asked: Requirements) -> Sequence[SigningEvent]:
    """The manager's signature. Raises WrongWording, AlreadyAttested, OneSignatory, HomeHasLeft and NotReady."""
    if command.wording_version != asked.attestation.version:
        raise WrongWording(field="wording_version", wording_version=asked.attestation.version)
    if portfolio.manager_person_id is not None:
        return _attested_before(portfolio, command, facts)
    if portfolio.facilitator_person_id == facts.actor.id:
        raise OneSignatory
    attested = ManagerAttested(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        manager_person_id=facts.actor.id,
        wording_version=command.wording_version,
        attested_on=local_day(facts.now),
        agrees_to_public_register=command.agrees_to_public_register,
    )
    return _signed(portfolio, command, facts, asked, attested)


def _attested_before(portfolio: Portfolio, command: AttestPortfolio, facts: Facts) -> Sequence[SigningEvent]:
    there = (portfolio.manager_person_id, portfolio.agrees_to_public_register)
    if there != (facts.actor.id, command.agrees_to_public_register):
        raise AlreadyAttested
    return []


def sign(portfolio: Portfolio, command: SignOffPortfolio, facts: Facts, asked: Requirements) -> Sequence[SigningEvent]:
    """The facilitator's signature. Raises ConflictOfInterest, AlreadySigned, OneSignatory, HomeHasLeft and NotReady."""
    if portfolio.is_own_home_of(facts.actor):
        raise ConflictOfInterest
    if portfolio.facilitator_person_id is not None:
        if portfolio.facilitator_person_id != facts.actor.id:
            raise AlreadySigned
        return []
    if portfolio.manager_person_id == facts.actor.id:
        raise OneSignatory
    signed = FacilitatorSigned(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        facilitator_person_id=facts.actor.id,
        signed_on=local_day(facts.now),
    )
    return _signed(portfolio, command, facts, asked, signed)


def _signed(
    portfolio: Portfolio,
    command: AttestPortfolio | SignOffPortfolio,
    facts: Facts,
    asked: Requirements,
    signature: ManagerAttested | FacilitatorSigned,
) -> Sequence[SigningEvent]:
    ready = _readiness(portfolio, command, asked)
    after = evolve(portfolio, signature)
    return [*ready, signature, *_signed_off(after, command, facts), *earned(after, command.portfolio_id, asked, facts)]


def _readiness(
    portfolio: Portfolio, command: AttestPortfolio | SignOffPortfolio, asked: Requirements
) -> Sequence[SigningEvent]:
    if portfolio.frozen_on is not None:
        raise HomeHasLeft(frozen_on=portfolio.frozen_on.isoformat())
    missing = asked.missing(portfolio.settled)
    if missing:
        raise NotReady(missing=missing)
    return became_ready(portfolio, command.portfolio_id)


def became_ready(portfolio: Portfolio, portfolio_id: str) -> list[PortfolioReadyForSignOff]:
    """Say once that nothing essential is missing any more."""
    if portfolio.ready or not portfolio.opened:
        return []
    ready = PortfolioReadyForSignOff(
        portfolio_id=portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        home_name=portfolio.home_name,
        lead_person_id=portfolio.lead_person_id,
        signatory_person_id=portfolio.signatory_person_id,
    )
    return [ready]


def _signed_off(after: Portfolio, command: AttestPortfolio | SignOffPortfolio, facts: Facts) -> list[SigningEvent]:
    if after.manager_person_id is None or after.facilitator_person_id is None:
        return []
    signed_off = PortfolioSignedOff(
        portfolio_id=command.portfolio_id,
        enrolment_id=after.enrolment_id,
        home_id=after.home_id,
        facilitator_person_id=after.facilitator_person_id,
        manager_person_id=after.manager_person_id,
        signed_off_on=local_day(facts.now),
        excepted=tuple(sorted(after.excepted - after.approved.keys())),
    )
    return [signed_off]
