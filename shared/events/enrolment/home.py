"""A home: its registration, its manager, and the one place it has on each pathway."""

from datetime import date
from typing import ClassVar

from shared.chassis.declarations.event import Event
from shared.events.values import Regulator, Setting


class RegistrationClaimed(Event):
    """An external registration number was tied to one home. Caused always by ClaimRegistration."""

    private: ClassVar[bool] = True

    registration_id: str
    regulator: Regulator
    number: str
    home_id: str
    home_region: str


class HomeRegistered(Event):
    """A home was put on record. Its rating, if known, is kept and never judged by. Caused always by RegisterHome."""

    home_id: str
    name: str
    setting: Setting
    regulator: Regulator
    registration_number: str
    provider_name: str | None = None
    local_authority: str | None = None
    postcode: str | None = None
    ods_code: str | None = None
    latest_rating: str | None = None


class PathwayTaken(Event):
    """An enrolment took the home's one place on a pathway. Caused always by TakePathway."""

    private: ClassVar[bool] = True

    home_id: str
    pathway: str
    enrolment_id: str


class PathwayFreed(Event):
    """The home's place on a pathway is free again. Caused always by FreePathway."""

    private: ClassVar[bool] = True

    home_id: str
    pathway: str
    enrolment_id: str


class RegisteredManagerChanged(Event):
    """Another person became the registered manager of a home. Caused always by ChangeRegisteredManager."""

    home_id: str
    manager_person_id: str
    changed_on: date
    previous_manager_person_id: str | None = None


class CommitmentInQuestion(Event):
    """A new manager is asked to sign the commitment of an enrolment anew.

    Caused sometimes by ChangeRegisteredManager.
    """

    home_id: str
    enrolment_id: str
    manager_person_id: str
    changed_on: date
