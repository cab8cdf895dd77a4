"""An external registration number: which home it belongs to, decided once for all regions."""

import re
from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from pydantic import StringConstraints

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.enrolment import RegistrationClaimed
from shared.events.values import Regulator

RegistrationNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]

PATTERNS: dict[Regulator, re.Pattern[str]] = {
    "cqc": re.compile(r"1-[0-9]{6,12}|[A-Z0-9]{3,12}"),
    "ciw": re.compile(r"SIN-[0-9]{8}-[A-Z]{4}|W[0-9]{2}-?[0-9]{6,10}|[0-9]{6,12}"),
    "rqia": re.compile(r"(RQIA-?)?[0-9]{4,12}"),
    "ci": re.compile(r"CS[0-9]{10}"),
}
"""How the numbers of each regulator look."""


class Registration(State):
    """Whose number it is."""

    home_id: str = ""
    home_region: str = ""


class ClaimRegistration(Command):
    """Tie the number to a home; asked by the home itself before it is put on record."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    registration_id: Key
    regulator: Regulator
    number: RegistrationNumber
    home_id: Key
    home_region: Key


class InvalidRegistrationNumber(Refusal, kind="invalid"):
    """This is not how a registration number of that regulator looks. Copy it from the regulator's directory."""


class AlreadyRegistered(Refusal):
    """A home with this registration is on record already: use that one."""


class RegisteredElsewhere(Refusal):
    """A home with this registration is on record in another region. Ask the platform's operator."""


RegistrationCommand = ClaimRegistration
RegistrationEvent = RegistrationClaimed


def identity(command: ClaimRegistration, region: str) -> str:
    """Return the id of the number's stream, the same for all regions."""
    del region
    return registration_id(command.regulator, command.number)


def registration_id(regulator: Regulator, number: str) -> str:
    """Return the id by which a number is known here."""
    return f"{regulator}.{number}"


def check_number(regulator: Regulator, number: str) -> None:
    """Raise InvalidRegistrationNumber when the regulator has no such numbers."""
    if not PATTERNS[regulator].fullmatch(number):
        raise InvalidRegistrationNumber(field="registration_number", regulator=regulator)


def decide(registration: Registration, command: RegistrationCommand, facts: Facts) -> Sequence[RegistrationEvent]:
    """Return what follows. Raises the refusals of this module."""
    del facts
    check_number(command.regulator, command.number)
    if not registration.home_id:
        return [RegistrationClaimed(**command.model_dump())]
    if registration.home_region != command.home_region:
        raise RegisteredElsewhere(field="registration_number")
    if registration.home_id != command.home_id:
        raise AlreadyRegistered(field="registration_number", existing_id=registration.home_id)
    return []


def evolve(registration: Registration, event: RegistrationEvent) -> Registration:
    """Return the registration after this event."""
    match event:
        case RegistrationClaimed():
            return replace(registration, home_id=event.home_id, home_region=event.home_region)
        case _:
            assert_never(event)
