"""A home: one regulated location that takes part. Its rating is kept, and no rule reads it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, ClassVar, assert_never

from pydantic import StringConstraints

from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.days import already
from services.enrolment.domain.registration import (
    AlreadyRegistered,
    ClaimRegistration,
    RegistrationNumber,
    check_number,
    registration_id,
)
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.days import local_day
from shared.events.enrolment import (
    CommitmentInQuestion,
    HomeRegistered,
    PathwayFreed,
    PathwayTaken,
    RegisteredManagerChanged,
)
from shared.events.values import Regulator, Setting

Postcode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9 ]{3,10}$")]


class Home(State):
    """What is on record of the home; which enrolment has its place on each pathway, and which had it before."""

    home_id: str = ""
    name: str = ""
    setting: Setting = "other"
    regulator: Regulator = "cqc"
    registration_number: str = ""
    provider_name: str | None = None
    local_authority: str | None = None
    postcode: str | None = None
    ods_code: str | None = None
    latest_rating: str | None = None
    enrolments: Mapping[str, str] = {}
    previous: Mapping[str, str] = {}
    manager_person_id: str | None = None
    manager_since: date | None = None


class HomeFacts(Facts):
    """Whether the enrolment that is asked about still goes on."""

    enrolment_is_live: bool = False


class RegisterHome(Command):
    """Put a home on record."""

    asked_by: ClassVar[Access] = COORDINATORS
    creates: ClassVar[bool] = True

    home_id: Key
    name: Name
    setting: Setting
    regulator: Regulator
    registration_number: RegistrationNumber
    provider_name: Name | None = None
    local_authority: Name | None = None
    postcode: Postcode | None = None
    ods_code: Key | None = None
    latest_rating: Name | None = None


class ChangeRegisteredManager(Command):
    """Put on record who is the registered manager now (from today, when no day is given).

    Where the home takes part, the new manager is asked to sign the commitment.
    """

    asked_by: ClassVar[Access] = COORDINATORS

    home_id: Key
    manager_person_id: Key
    changed_on: date | None = None


class TakePathway(Command):
    """Take the home's one place on a pathway; asked by an enrolment before it begins."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    home_id: Key
    pathway: Key
    enrolment_id: Key


class FreePathway(Command):
    """Free the home's place on a pathway after an enrolment has ended, or never came about."""

    asked_by: ClassVar[Access] = COORDINATORS

    home_id: Key
    pathway: Key
    enrolment_id: Key


class HomeUnknown(Refusal, kind="missing"):
    """There is no such home here. Register it first."""


class AlreadyEnrolled(Refusal):
    """The home has a live enrolment on this pathway already: go on with that one, or withdraw it first."""


class ChangedBefore(Refusal, kind="invalid"):
    """The home got a manager after this day: give that day or a later one."""


class PathwayInUse(Refusal):
    """The enrolment still goes on. Withdraw it first."""


HomeCommand = RegisterHome | ChangeRegisteredManager | TakePathway | FreePathway
HomeEvent = HomeRegistered | RegisteredManagerChanged | CommitmentInQuestion | PathwayTaken | PathwayFreed


def identity(command: RegisterHome, region: str) -> str:
    """Return the home's id: a region has a registration number once."""
    return derived_id("home", region, command.regulator, command.registration_number)


def registration(command: RegisterHome, region: str) -> ClaimRegistration:
    """Return the claim that the number must accept before the home is put on record."""
    return ClaimRegistration(
        registration_id=registration_id(command.regulator, command.registration_number),
        regulator=command.regulator,
        number=command.registration_number,
        home_id=command.home_id,
        home_region=region,
    )


def decide(home: Home, command: HomeCommand, facts: HomeFacts) -> Sequence[HomeEvent]:
    """Return what follows. Raises the refusals of this module and of `days`."""
    match command:
        case RegisterHome():
            return _register(home, command)
        case ChangeRegisteredManager():
            return _change_manager(home, command, facts.now)
        case TakePathway():
            return _take(home, command)
        case FreePathway():
            return _free(home, command, facts)
        case _:
            assert_never(command)


def _register(home: Home, command: RegisterHome) -> Sequence[HomeEvent]:
    check_number(command.regulator, command.registration_number)
    if home.home_id:
        raise AlreadyRegistered(field="registration_number", existing_id=home.home_id)
    return [HomeRegistered(**command.model_dump())]


def _change_manager(home: Home, command: ChangeRegisteredManager, now: datetime) -> Sequence[HomeEvent]:
    if not home.home_id:
        raise HomeUnknown(field="home_id")
    if home.manager_person_id == command.manager_person_id:
        return []
    on = already(command.changed_on or local_day(now), now, "changed_on")
    if home.manager_since is not None and on < home.manager_since:
        raise ChangedBefore(field="changed_on", manager_since=home.manager_since)
    changed = RegisteredManagerChanged(
        home_id=home.home_id,
        manager_person_id=command.manager_person_id,
        changed_on=on,
        previous_manager_person_id=home.manager_person_id,
    )
    told = changed.model_dump(include={"home_id", "manager_person_id", "changed_on"})
    return [changed, *(CommitmentInQuestion(**told, enrolment_id=held) for held in home.enrolments.values())]


def _take(home: Home, command: TakePathway) -> Sequence[HomeEvent]:
    if not home.home_id:
        raise HomeUnknown(field="home_id")
    holder = home.enrolments.get(command.pathway)
    if holder == command.enrolment_id:
        return []
    if holder is not None:
        raise AlreadyEnrolled(enrolment_id=holder)
    return [PathwayTaken(**command.model_dump())]


def _free(home: Home, command: FreePathway, facts: HomeFacts) -> Sequence[HomeEvent]:
    if home.enrolments.get(command.pathway) != command.enrolment_id:
        return []
    if facts.enrolment_is_live:
        raise PathwayInUse(enrolment_id=command.enrolment_id)
    return [PathwayFreed(**command.model_dump())]


def evolve(home: Home, event: HomeEvent) -> Home:
    """Return the home after this event."""
    match event:
        case HomeRegistered():
            return replace(home, **event.model_dump())
        case RegisteredManagerChanged():
            return replace(home, manager_person_id=event.manager_person_id, manager_since=event.changed_on)
        case CommitmentInQuestion():
            return home
        case PathwayTaken():
            return replace(home, enrolments={**home.enrolments, event.pathway: event.enrolment_id})
        case PathwayFreed():
            left = {pathway: held for pathway, held in home.enrolments.items() if pathway != event.pathway}
            previous = {**home.previous, event.pathway: event.enrolment_id}
            return replace(home, enrolments=left, previous=previous)
        case _:
            assert_never(event)
