"""An accreditation: a home's dated status on one pathway, granted once for each enrolment, until it lapses."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, assert_never

from services.portfolio.domain.accreditation_state import (
    Accreditation,
    AccreditationEvent,
    AccreditationFacts,
    evolve,
)
from services.portfolio.domain.doubt import (
    ChooseRegisterListing,
    ConcludeReview,
    NoteRepresentation,
    PutUnderReview,
    choose_listing,
    conclude,
    note_representation,
    put_under_review,
)
from services.portfolio.domain.reaccreditation import (
    RemindOfRenewal,
    RenewAccreditation,
    StartRenewal,
    remind,
    renew,
    start,
)
from services.portfolio.domain.validity import certificate_number, period
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.events.days import local_day
from shared.events.portfolio import AccreditationGranted, AccreditationLapsed

__all__ = ["AccreditationCommand", "GrantAccreditation", "LapseAccreditation", "decide", "evolve"]


class GrantAccreditation(Command):
    """Grant what an enrolment has earned, for as long as its programme version says."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    accreditation_id: Key
    enrolment_id: Key
    home_id: Key
    home_name: str
    pathway: str
    version_id: Key
    earned_on: date
    agrees_to_public_register: bool
    signatory_person_id: Key
    represented: bool = True


class LapseAccreditation(Command):
    """Let an accreditation lapse whose grace is over."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key


AccreditationCommand = (
    GrantAccreditation
    | RemindOfRenewal
    | StartRenewal
    | RenewAccreditation
    | LapseAccreditation
    | PutUnderReview
    | ConcludeReview
    | NoteRepresentation
    | ChooseRegisterListing
)


def decide(
    accreditation: Accreditation, command: AccreditationCommand, facts: AccreditationFacts
) -> Sequence[AccreditationEvent]:
    """The rules of an accreditation. Raises the refusals of this package to people."""
    match command:
        case GrantAccreditation():
            return _grant(accreditation, command, facts)
        case RemindOfRenewal():
            return remind(accreditation, command, facts)
        case StartRenewal():
            return start(accreditation, command, facts)
        case RenewAccreditation():
            return renew(accreditation, command, facts)
        case LapseAccreditation():
            return _lapse(accreditation, command, facts)
        case PutUnderReview():
            return put_under_review(accreditation, command, facts)
        case ConcludeReview():
            return conclude(accreditation, command, facts)
        case NoteRepresentation():
            return note_representation(accreditation, command, facts)
        case ChooseRegisterListing():
            return choose_listing(accreditation, command)
        case _:
            assert_never(command)


def _grant(
    accreditation: Accreditation, command: GrantAccreditation, facts: AccreditationFacts
) -> Sequence[AccreditationGranted]:
    if command.enrolment_id in accreditation.enrolment_ids:
        return []
    granted = AccreditationGranted(
        **command.model_dump(exclude={"earned_on"}),
        place=facts.place,
        certificate_number=certificate_number(facts.region, command.home_id, command.pathway, command.earned_on),
        **period(command.earned_on, facts.asked().rules),
    )
    return [granted]


def _lapse(
    accreditation: Accreditation, command: LapseAccreditation, facts: AccreditationFacts
) -> Sequence[AccreditationLapsed]:
    today = local_day(facts.now)
    if not accreditation.holds or accreditation.lapses_on is None or today < accreditation.lapses_on:
        return []
    lapsed = AccreditationLapsed(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        lapsed_on=accreditation.lapses_on,
    )
    return [lapsed]
