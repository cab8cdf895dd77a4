"""A portfolio: one enrolment's slots, filled step by step with approved evidence, then signed off by two people.

It freezes when the home leaves the programme, and stalls when nothing happens in it for long.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, assert_never

from services.portfolio.domain.coverage import NoteCoverage, NoteVoid, UnlockStep, cover, unlock, void
from services.portfolio.domain.portfolio_state import Portfolio, PortfolioEvent, PortfolioNotOpen, evolve
from services.portfolio.domain.renewal import (
    AttestRenewal,
    OpenRenewal,
    SignOffRenewal,
    attest_renewal,
    open_renewal,
    sign_renewal,
)
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from services.portfolio.domain.sign_off import AttestPortfolio, SignOffPortfolio, attest, sign
from services.portfolio.domain.slots import ExceptRequirement, FillSlot, ReopenSlots, except_requirement, fill, reopen
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.events.portfolio import (
    PortfolioFrozen,
    PortfolioHandedOver,
    PortfolioOpened,
    PortfolioRevived,
    PortfolioStalled,
    RepresentationLost,
    RepresentationRestored,
    RepresentativeDropped,
    RepresentativeNoted,
)

__all__ = ["PortfolioCommand", "PortfolioFacts", "decide", "evolve"]


class PortfolioFacts(Facts):
    """What the portfolio's programme version asks for; None while it has not arrived."""

    requirements: Requirements | None = None


class OpenPortfolio(Command):
    """Open the portfolio of a home that got its place."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    home_name: str
    cohort_id: Key
    version_id: Key
    pathway: str
    lead_person_id: Key
    signatory_person_id: Key
    representative_person_ids: tuple[Key, ...]
    stalled_after_days: int


class HandPortfolioOver(Command):
    """Let another facilitator look after a portfolio, because its cohort was handed over."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    lead_person_id: Key


class FreezePortfolio(Command):
    """Keep a portfolio as it is, because the home left the programme."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    frozen_on: date


class NoteStandstill(Command):
    """Say that nothing has happened in a portfolio for long."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    portfolio_id: Key
    quiet_since: datetime
    after_days: int


class NoteActivity(Command):
    """Say that something happens again in a portfolio that had stalled."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    portfolio_id: Key


class NoteRepresentative(Command):
    """Remember that a person represents the home, and so may not review or sign for it."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    home_id: Key
    person_id: Key


class EndRepresentative(Command):
    """Remember that a person no longer represents the home."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    home_id: Key
    person_id: Key


PortfolioCommand = (
    OpenPortfolio
    | HandPortfolioOver
    | FreezePortfolio
    | NoteStandstill
    | NoteActivity
    | UnlockStep
    | NoteCoverage
    | NoteVoid
    | NoteRepresentative
    | EndRepresentative
    | FillSlot
    | ReopenSlots
    | ExceptRequirement
    | AttestPortfolio
    | SignOffPortfolio
    | OpenRenewal
    | AttestRenewal
    | SignOffRenewal
)


def decide(portfolio: Portfolio, command: PortfolioCommand, facts: PortfolioFacts) -> Sequence[PortfolioEvent]:
    """The rules of a portfolio. Raises the refusals of this package to people, and none to policies."""
    match command:
        case OpenPortfolio():
            return [] if portfolio.opened else [PortfolioOpened(**command.model_dump())]
        case HandPortfolioOver():
            known = command.lead_person_id == portfolio.lead_person_id
            return [] if known else [PortfolioHandedOver(**command.model_dump())]
        case FreezePortfolio():
            return [] if portfolio.frozen_on else [PortfolioFrozen(**command.model_dump())]
        case NoteStandstill():
            return _stall(portfolio, command)
        case NoteActivity():
            whose = {"enrolment_id": portfolio.enrolment_id, "home_id": portfolio.home_id}
            return [PortfolioRevived(portfolio_id=command.portfolio_id, **whose)] if portfolio.stalled else []
        case UnlockStep():
            return unlock(portfolio, command, facts, facts.requirements)
        case NoteCoverage():
            return cover(portfolio, command, facts, facts.requirements)
        case NoteVoid():
            return void(portfolio, command)
        case NoteRepresentative():
            return _represent(portfolio, command)
        case EndRepresentative():
            return _end(portfolio, command)
        case FillSlot():
            return fill(portfolio, command, facts, facts.requirements)
        case ReopenSlots():
            return reopen(portfolio, command, facts, facts.requirements)
        case ExceptRequirement():
            return except_requirement(portfolio, command, facts, _asked(portfolio, facts))
        case AttestPortfolio():
            return attest(portfolio, command, facts, _asked(portfolio, facts))
        case SignOffPortfolio():
            return sign(portfolio, command, facts, _asked(portfolio, facts))
        case OpenRenewal():
            return open_renewal(portfolio, command, facts.requirements)
        case AttestRenewal():
            return attest_renewal(portfolio, command, facts, _asked(portfolio, facts))
        case SignOffRenewal():
            return sign_renewal(portfolio, command, facts)
        case _:
            assert_never(command)


def _asked(portfolio: Portfolio, facts: PortfolioFacts) -> Requirements:
    if not portfolio.opened:
        raise PortfolioNotOpen
    if facts.requirements is None:
        raise RequirementsNotHereYet
    return facts.requirements


def _stall(portfolio: Portfolio, command: NoteStandstill) -> Sequence[PortfolioEvent]:
    if not portfolio.opened or portfolio.stalled or portfolio.locked or portfolio.frozen_on is not None:
        return []
    told = {name: getattr(portfolio, name) for name in ("enrolment_id", "home_id", "cohort_id", "lead_person_id")}
    return [PortfolioStalled(**command.model_dump(), **told)]


def _represent(portfolio: Portfolio, command: NoteRepresentative) -> Sequence[PortfolioEvent]:
    if command.person_id in portfolio.representatives:
        return []
    noted = RepresentativeNoted(**command.model_dump())
    if portfolio.representatives or not portfolio.opened:
        return [noted]
    return [noted, RepresentationRestored(portfolio_id=command.portfolio_id, **_whose(portfolio))]


def _end(portfolio: Portfolio, command: EndRepresentative) -> Sequence[PortfolioEvent]:
    if command.person_id not in portfolio.representatives:
        return []
    dropped = RepresentativeDropped(**command.model_dump())
    if len(portfolio.representatives) > 1 or not portfolio.opened:
        return [dropped]
    return [dropped, RepresentationLost(portfolio_id=command.portfolio_id, **_whose(portfolio))]


def _whose(portfolio: Portfolio) -> dict[str, str]:
    return {
        "enrolment_id": portfolio.enrolment_id,
        "home_id": portfolio.home_id,
        "pathway": portfolio.pathway,
    }
