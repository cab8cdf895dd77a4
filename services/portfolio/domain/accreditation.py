"""An accreditation: a home's dated status on one pathway, with a certificate number, until it lapses.

A certificate records a moment in time: it is never edited, a later one takes its place.
"""

import calendar
import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, Literal, assert_never

from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import AccreditationGranted, AccreditationLapsed

# Crockford's alphabet: no letter is mistaken for a digit when the number is read out.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Accreditation(State):
    """What is granted now, and for which enrolments it was granted so far."""

    status: Literal["none", "granted", "lapsed"] = "none"
    home_id: str = ""
    home_name: str = ""
    pathway: str = ""
    certificate_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    lapses_on: date | None = None
    agrees_to_public_register: bool = False
    enrolment_ids: frozenset[str] = frozenset()


class AccreditationFacts(Facts):
    """The rules of the programme version; None while they have not arrived."""

    requirements: Requirements | None = None


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


class LapseAccreditation(Command):
    """Let an accreditation lapse whose grace is over."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key


AccreditationCommand = GrantAccreditation | LapseAccreditation
AccreditationEvent = AccreditationGranted | AccreditationLapsed


def decide(
    accreditation: Accreditation, command: AccreditationCommand, facts: AccreditationFacts
) -> Sequence[AccreditationEvent]:
    """Grant once for each enrolment; lapse when it is time. Raises RequirementsNotHereYet."""
    match command:
        case GrantAccreditation():
            return _grant(accreditation, command, facts)
        case LapseAccreditation():
            return _lapse(accreditation, command, facts)
        case _:
            assert_never(command)


def _grant(
    accreditation: Accreditation, command: GrantAccreditation, facts: AccreditationFacts
) -> Sequence[AccreditationEvent]:
    if command.enrolment_id in accreditation.enrolment_ids:
        return []
    if facts.requirements is None:
        raise RequirementsNotHereYet
    rules = facts.requirements.rules
    valid_to = last_day(command.earned_on, rules.valid_months)
    granted = AccreditationGranted(
        **command.model_dump(exclude={"earned_on"}),
        certificate_number=certificate_number(facts.region, command),
        valid_from=command.earned_on,
        valid_to=valid_to,
        lapses_on=valid_to + timedelta(days=rules.grace_days + 1),
    )
    return [granted]


def _lapse(
    accreditation: Accreditation, command: LapseAccreditation, facts: AccreditationFacts
) -> Sequence[AccreditationEvent]:
    today = facts.now.date()
    if accreditation.status != "granted" or accreditation.lapses_on is None or today < accreditation.lapses_on:
        return []
    lapsed = AccreditationLapsed(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        lapsed_on=accreditation.lapses_on,
    )
    return [lapsed]


def last_day(first: date, months: int) -> date:
    """The last of so many months that begin on `first`, both days included: 14 September to 13 September."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    length = calendar.monthrange(year, month)[1]
    if first.day > length:
        return date(year, month, length)
    return date(year, month, first.day) - timedelta(days=1)


def certificate_number(region: str, command: GrantAccreditation) -> str:
    """A number people can read out, always the same for this home, pathway and day: SSS-2026-7K3M-9QXT."""
    what = derived_id("certificate", region, command.home_id, command.pathway, command.earned_on.isoformat())
    digest = hashlib.sha256(what.encode()).digest()
    letters = "".join(_ALPHABET[byte % 32] for byte in digest[:8])
    return f"SSS-{command.earned_on.year}-{letters[:4]}-{letters[4:]}"


def evolve(accreditation: Accreditation, event: AccreditationEvent) -> Accreditation:
    """The accreditation after this event."""
    match event:
        case AccreditationGranted():
            told = event.model_dump(include=Accreditation.model_fields.keys() - {"status", "enrolment_ids"})
            enrolments = accreditation.enrolment_ids | {event.enrolment_id}
            return replace(accreditation, status="granted", enrolment_ids=enrolments, **told)
        case AccreditationLapsed():
            return replace(accreditation, status="lapsed")
        case _:
            assert_never(event)
