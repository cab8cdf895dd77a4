"""Renewing an accreditation: reminded of by the clock, begun by the home, possible for a while after a lapse too.

A renewal adds: the portfolio is asked for what is renewable, and nothing earlier is reset.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from services.portfolio.domain.accreditation_state import Accreditation, AccreditationFacts
from services.portfolio.domain.askers import HOME_MANAGER, SUPPORTERS
from services.portfolio.domain.validity import certificate_number, period
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.portfolio import AccreditationRenewed, ReaccreditationDue, ReaccreditationStarted


class RemindOfRenewal(Command):
    """Say that an accreditation should be renewed, as it was to be said on this day."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key
    on: date


class StartRenewal(Command):
    """Begin to renew an accreditation, or to come back after a lapse: a short review instead of a new enrolment."""

    asked_by: ClassVar[Access] = HOME_MANAGER | SUPPORTERS
    verb: ClassVar[str | None] = "start-renewal"

    accreditation_id: Key


class RenewAccreditation(Command):
    """Renew an accreditation for as long as its programme version says."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key
    cycle: int
    earned_on: date
    agrees_to_public_register: bool


class NothingToRenew(Refusal):
    """There is no accreditation that could be renewed. A home that wants one enrols."""


class TooEarlyToRenew(Refusal):
    """It is too early to renew this accreditation. Ask again from the day named here."""


class TooLateToRenew(Refusal):
    """It is too late to renew this accreditation. The home enrols anew; its earlier evidence stays its own."""


def remind(
    accreditation: Accreditation, command: RemindOfRenewal, facts: AccreditationFacts
) -> Sequence[ReaccreditationDue]:
    """Remind once for each day there is a reminder on, while there is something to renew. Raises nothing."""
    planned = command.on in accreditation.reminders_on and local_day(facts.now) >= command.on
    if not accreditation.holds or accreditation.valid_to is None or not planned:
        return []
    left = tuple(on for on in accreditation.reminders_on if on > command.on)
    due = ReaccreditationDue(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        home_name=accreditation.home_name,
        enrolment_id=accreditation.enrolment_id,
        signatory_person_id=accreditation.signatory_person_id,
        on=command.on,
        valid_to=accreditation.valid_to,
        due=not left,
        reminders_left=left,
    )
    return [due]


def start(
    accreditation: Accreditation, command: StartRenewal, facts: AccreditationFacts
) -> Sequence[ReaccreditationStarted]:
    """Begin once. Raises NothingToRenew, TooEarlyToRenew and TooLateToRenew."""
    today = local_day(facts.now)
    if accreditation.status in ("none", "revoked"):
        raise NothingToRenew
    if accreditation.renewing:
        return []
    if accreditation.renewable_from and today < accreditation.renewable_from:
        raise TooEarlyToRenew(renewable_from=accreditation.renewable_from.isoformat())
    if accreditation.renewable_until and today > accreditation.renewable_until:
        raise TooLateToRenew(renewable_until=accreditation.renewable_until.isoformat())
    started = ReaccreditationStarted(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        enrolment_id=accreditation.enrolment_id,
        cycle=accreditation.cycle + 1,
        started_on=today,
        started_by=facts.actor.id,
    )
    return [started]


def renew(
    accreditation: Accreditation, command: RenewAccreditation, facts: AccreditationFacts
) -> Sequence[AccreditationRenewed]:
    """Renew once for each cycle: from the day after the old one ends, or from today when that has lapsed.

    Raises RequirementsNotHereYet.
    """
    if command.cycle <= accreditation.cycle or accreditation.status in ("none", "revoked"):
        return []
    first = _first_day(accreditation, command.earned_on)
    names = ("home_id", "home_name", "enrolment_id", "pathway", "version_id", "signatory_person_id")
    renewed = AccreditationRenewed(
        accreditation_id=command.accreditation_id,
        cycle=command.cycle,
        renewed_on=command.earned_on,
        agrees_to_public_register=command.agrees_to_public_register,
        certificate_number=certificate_number(facts.region, accreditation.home_id, accreditation.pathway, first),
        **{name: getattr(accreditation, name) for name in names},
        **period(first, facts.asked().rules),
    )
    return [renewed]


def _first_day(accreditation: Accreditation, earned_on: date) -> date:
    """No day is lost by renewing early, none is given back after a lapse."""
    in_time = accreditation.lapses_on is not None and earned_on < accreditation.lapses_on
    return accreditation.valid_to + timedelta(days=1) if in_time and accreditation.valid_to else earned_on
