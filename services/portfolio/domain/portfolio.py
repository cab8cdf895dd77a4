"""A portfolio: one enrolment's slots, filled step by step with approved evidence, then signed off by two people."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from services.portfolio.domain.askers import FACILITATORS
from services.portfolio.domain.portfolio_state import OwnHome, Portfolio, PortfolioLocked, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet, UnknownRequirement
from services.portfolio.domain.sign_off import (
    AttestPortfolio,
    SignOffPortfolio,
    attest,
    became_ready,
    earned,
    sign,
)
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import replace
from shared.events.portfolio import (
    AccreditationEarned,
    CoverageNoted,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioSignedOff,
    RepresentativeDropped,
    RepresentativeNoted,
    RequirementExcepted,
    SlotFilled,
    StepUnlocked,
)


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


class UnlockStep(Command):
    """Let the slots of a step be filled, because somebody of the home was at its workshop."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    step: str


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


class FillSlot(Command):
    """Put an approved item into the slot of its requirement."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    requirement_key: Key
    evidence_id: Key
    revision: int


class ExceptRequirement(Command):
    """Record that a requirement does not apply to this home, and why."""

    asked_by: ClassVar[Access] = FACILITATORS

    portfolio_id: Key
    requirement_key: Key
    reason: Text


class NoteCoverage(Command):
    """Remember that the home has covered every mandatory workshop."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key


class SlotAlreadyFilled(Refusal):
    """This requirement has an approved item, so it needs no exception."""


PortfolioCommand = (
    OpenPortfolio
    | UnlockStep
    | NoteRepresentative
    | EndRepresentative
    | FillSlot
    | ExceptRequirement
    | AttestPortfolio
    | SignOffPortfolio
    | NoteCoverage
)
PortfolioEvent = (
    PortfolioOpened
    | StepUnlocked
    | RepresentativeNoted
    | RepresentativeDropped
    | SlotFilled
    | RequirementExcepted
    | PortfolioReadyForSignOff
    | ManagerAttested
    | FacilitatorSigned
    | PortfolioSignedOff
    | CoverageNoted
    | AccreditationEarned
)


def decide(portfolio: Portfolio, command: PortfolioCommand, facts: PortfolioFacts) -> Sequence[PortfolioEvent]:
    """The rules of a portfolio. Raises the refusals of this package to people, and none to policies."""
    match command:
        case OpenPortfolio():
            return [] if portfolio.opened else [PortfolioOpened(**command.model_dump())]
        case UnlockStep():
            return [] if command.step in portfolio.steps else [StepUnlocked(**command.model_dump())]
        case NoteRepresentative():
            known = command.person_id in portfolio.representatives
            return [] if known else [RepresentativeNoted(**command.model_dump())]
        case EndRepresentative():
            known = command.person_id in portfolio.representatives
            return [RepresentativeDropped(**command.model_dump())] if known else []
        case FillSlot():
            return _fill(portfolio, command, facts)
        case ExceptRequirement():
            return _except(portfolio, command, facts, _asked(portfolio, facts))
        case AttestPortfolio():
            return attest(portfolio, command, facts, _asked(portfolio, facts))
        case SignOffPortfolio():
            return sign(portfolio, command, facts, _asked(portfolio, facts))
        case NoteCoverage():
            return _cover(portfolio, command, facts)
        case _:
            assert_never(command)


def _asked(portfolio: Portfolio, facts: PortfolioFacts) -> Requirements:
    if not portfolio.opened:
        raise PortfolioNotOpen
    if facts.requirements is None:
        raise RequirementsNotHereYet
    return facts.requirements


def _fill(portfolio: Portfolio, command: FillSlot, facts: PortfolioFacts) -> Sequence[PortfolioEvent]:
    # Recorded even after the sign-off: the approval came first, only the news of it was late.
    if command.requirement_key in portfolio.approved:
        return []
    missing = _missing_after(portfolio, command.requirement_key, facts.requirements)
    filled = SlotFilled(
        portfolio_id=command.portfolio_id,
        enrolment_id=command.enrolment_id,
        requirement_key=command.requirement_key,
        evidence_id=command.evidence_id,
        revision=command.revision,
        essential_left=missing,
    )
    return [filled, *(became_ready(portfolio, command.portfolio_id) if missing == 0 else [])]


def _except(
    portfolio: Portfolio, command: ExceptRequirement, facts: PortfolioFacts, asked: Requirements
) -> Sequence[PortfolioEvent]:
    if portfolio.is_own_home_of(facts.actor):
        raise OwnHome
    if asked.find(command.requirement_key) is None:
        raise UnknownRequirement(field="requirement_key")
    if command.requirement_key in portfolio.approved:
        raise SlotAlreadyFilled
    if command.requirement_key in portfolio.excepted:
        return []
    if portfolio.locked:
        raise PortfolioLocked
    missing = _missing_after(portfolio, command.requirement_key, asked)
    excepted = RequirementExcepted(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        requirement_key=command.requirement_key,
        reason=facts.documents["reason"],
        excepted_by=facts.actor.id,
        essential_left=missing,
    )
    return [excepted, *(became_ready(portfolio, command.portfolio_id) if missing == 0 else [])]


def _missing_after(portfolio: Portfolio, settled: str, asked: Requirements | None) -> int | None:
    return None if asked is None else len(asked.missing(portfolio.settled | {settled}))


def _cover(portfolio: Portfolio, command: NoteCoverage, facts: Facts) -> Sequence[PortfolioEvent]:
    if portfolio.covered:
        return []
    noted = CoverageNoted(**command.model_dump())
    return [noted, *(earned(portfolio, command.portfolio_id, facts) if portfolio.locked else [])]


def evolve(portfolio: Portfolio, event: PortfolioEvent) -> Portfolio:
    """The portfolio after this event."""
    match event:
        case PortfolioOpened():
            told = event.model_dump(exclude={"portfolio_id", "representative_person_ids"})
            everybody = portfolio.representatives | set(event.representative_person_ids)
            return replace(portfolio, opened=True, representatives=everybody, **told)
        case StepUnlocked():
            return replace(
                portfolio,
                enrolment_id=event.enrolment_id,
                home_id=event.home_id,
                steps=portfolio.steps | {event.step},
            )
        case RepresentativeNoted():
            everybody = portfolio.representatives | {event.person_id}
            return replace(portfolio, home_id=event.home_id, representatives=everybody)
        case RepresentativeDropped():
            return replace(portfolio, representatives=portfolio.representatives - {event.person_id})
        case SlotFilled():
            approved = {**portfolio.approved, event.requirement_key: event.evidence_id}
            return replace(portfolio, approved=approved)
        case RequirementExcepted():
            return replace(portfolio, excepted=portfolio.excepted | {event.requirement_key})
        case PortfolioReadyForSignOff():
            return replace(portfolio, ready=True)
        case ManagerAttested():
            return replace(
                portfolio,
                manager_person_id=event.manager_person_id,
                wording_version=event.wording_version,
                agrees_to_public_register=event.agrees_to_public_register,
            )
        case FacilitatorSigned():
            return replace(portfolio, facilitator_person_id=event.facilitator_person_id)
        case PortfolioSignedOff():
            return replace(portfolio, signed_off_on=event.signed_off_on)
        case CoverageNoted():
            return replace(portfolio, enrolment_id=event.enrolment_id, home_id=event.home_id, covered=True)
        case AccreditationEarned():
            return replace(portfolio, earned=True)
        case _:
            assert_never(event)
