"""Booking a catch-up: how, and at which other cohort's workshop, somebody is going to cover what they have not.

It counts nothing: what counts is what the register says afterwards, booked or not. A booking falls away with what it
was for: when they have covered the workshop, represent the home no more, or the home leaves.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from services.enrolment.domain.askers import HOME, STAFF
from services.enrolment.domain.catch_up import CatchUpNotAllowed
from services.enrolment.domain.enrolment_state import Enrolment, booking_key
from services.enrolment.domain.workshop_state import Workshop
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import CatchUpBooked, CatchUpBookingCancelled
from shared.events.values import CatchUpMethod


class BookCatchUp(Command):
    """Say how a representative is going to catch up on a workshop; at another cohort's, it is named."""

    asked_by: ClassVar[Access] = STAFF | HOME
    for_person: ClassVar[str | None] = "person_id"

    enrolment_id: Key
    person_id: Key
    code: Key
    method: CatchUpMethod
    via_workshop_id: Key | None = None


class CancelCatchUp(Command):
    """Say that a representative is not going to catch up as it was booked."""

    asked_by: ClassVar[Access] = STAFF | HOME
    verb: ClassVar[str | None] = "cancel-catch-up"
    for_person: ClassVar[str | None] = "person_id"

    enrolment_id: Key
    person_id: Key
    code: Key


class NotUnderWay(Refusal):
    """The home has no place yet, or has put its nine months off. Book when it goes on."""


class NobodyToCatchUp(Refusal, kind="invalid"):
    """This person does not represent the home now. Name one who does."""


class NothingMissing(Refusal, kind="invalid"):
    """There is nothing to catch up on here: choose one of the mandatory workshops that the person has not covered."""


class NotToCome(Refusal, kind="invalid"):
    """Name a workshop of another cohort with the same code that is still to come; for other ways, none."""


def book(enrolment: Enrolment, command: BookCatchUp, via: Workshop | None, facts: Facts) -> Sequence[CatchUpBooked]:
    """Return the booking. Raises CatchUpNotAllowed and the refusals of this module."""
    if enrolment.status != "placed":
        raise NotUnderWay(status=enrolment.status)
    if command.person_id not in enrolment.active:
        raise NobodyToCatchUp(field="person_id")
    missing = [code for code in enrolment.mandatory_codes if code not in enrolment.covered_by(command.person_id)]
    if command.code not in missing:
        raise NothingMissing(field="code", codes=missing)
    if command.method not in enrolment.rules.catch_up_methods:
        raise CatchUpNotAllowed(field="method", methods=list(enrolment.rules.catch_up_methods))
    booked = CatchUpBooked(**command.model_dump(), home_id=enrolment.home_id, **_where(enrolment, command, via, facts))
    return [] if enrolment.catch_ups.get(booking_key(booked.person_id, booked.code)) == booked else [booked]


def _where(enrolment: Enrolment, command: BookCatchUp, via: Workshop | None, facts: Facts) -> dict[str, Any]:
    if (command.method == "later-cohort") != (command.via_workshop_id is not None):
        raise NotToCome(field="via_workshop_id")
    if command.via_workshop_id is None:
        return {}
    if via is None or via.code != command.code or via.cohort_id == enrolment.cohort_id:
        raise NotToCome(field="via_workshop_id")
    if via.cancelled or via.starts_at is None or via.starts_at <= facts.now:
        raise NotToCome(field="via_workshop_id")
    return {"via_cohort_id": via.cohort_id, "starts_at": via.starts_at}


def cancel(enrolment: Enrolment, command: CancelCatchUp) -> Sequence[CatchUpBookingCancelled]:
    """Return the cancellation; nothing when nothing is booked."""
    booked = enrolment.catch_ups.get(booking_key(command.person_id, command.code))
    return [_cancelled(booked)] if booked else []


def fallen_away(enrolment: Enrolment) -> Sequence[CatchUpBookingCancelled]:
    """Return the end of the bookings of those who represent the home no more, or of a home that left."""
    staying = enrolment.active if enrolment.live else ()
    return [_cancelled(booked) for booked in enrolment.catch_ups.values() if booked.person_id not in staying]


def _cancelled(booked: CatchUpBooked) -> CatchUpBookingCancelled:
    return CatchUpBookingCancelled(**booked.model_dump(include=set(CatchUpBookingCancelled.model_fields)))
