"""Places at a gathering: who has one, who waits, and who moves up when one becomes free."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from services.network.domain.gathering_state import Gathering, GatheringFacts
from services.network.domain.member_commands import Background, NotYourself, Sector
from shared.chassis.declarations.access import SIGNED_IN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Actor, Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.network import (
    GatheringBookingCancelled,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringWaitingListJoined,
)
from shared.events.roles import COORDINATOR, FACILITATOR

BookingEvent = GatheringPlaceBooked | GatheringWaitingListJoined | GatheringPlaceGiven | GatheringBookingCancelled


class BookPlace(Command):
    """Ask for a place, for oneself or (staff) for somebody who asked them.

    No membership is needed, but for a gathering that is not open to others: there it counts when the place is asked
    for, and who leaves the network later keeps it. Sector and background (the role) are asked, and may be `not-stated`.
    When all places are taken the person waits.
    """

    asked_by: ClassVar[Access] = SIGNED_IN
    for_person: ClassVar[str | None] = "person_id"

    gathering_id: Key
    person_id: Key
    sector: Sector
    background: Background = "not-stated"


class CancelBooking(Command):
    """Give a place back, or wait no longer. Whoever has waited longest gets the place."""

    asked_by: ClassVar[Access] = SIGNED_IN
    for_person: ClassVar[str | None] = "person_id"

    gathering_id: Key
    person_id: Key


class NotForSomebodyElse(NotYourself):
    """You can ask this for yourself only. Those who hold gatherings ask it for people who want them to."""


class MembersOnly(Refusal, kind="forbidden"):
    """This gathering is for members of the champions' network. Join the network first; anybody may."""


class GatheringBegun(Refusal):
    """The gathering has begun: nothing is booked or given back any more. Those who come are put on the list."""


class GatheringOff(Refusal):
    """The gathering was cancelled. Look for another one."""


def book(gathering: Gathering, command: BookPlace, facts: GatheringFacts) -> Sequence[BookingEvent]:
    """Return the booking, or the place on the waiting list.

    Raises NotForSomebodyElse, GatheringOff, GatheringBegun and MembersOnly.
    """
    must_be_theirs(command.person_id, facts.actor)
    if command.person_id in gathering.booked or command.person_id in gathering.waiting:
        return []
    must_be_ahead(gathering, facts)
    if not (gathering.open_to_others or facts.is_member):
        raise MembersOnly(field="person_id")
    told = gathering.meeting(person_id=command.person_id, sector=command.sector, background=command.background)
    if gathering.places_left > 0:
        return [GatheringPlaceBooked(**told, places_left=gathering.places_left - 1)]
    return [GatheringWaitingListJoined(**told, position=len(gathering.waiting) + 1)]


def cancel(gathering: Gathering, command: CancelBooking, facts: Facts) -> Sequence[BookingEvent]:
    """Return the cancellation, and who gets the place that became free.

    Raises NotForSomebodyElse, GatheringOff and GatheringBegun.
    """
    must_be_theirs(command.person_id, facts.actor)
    booked = command.person_id in gathering.booked
    told = {**gathering.booked, **gathering.waiting}.get(command.person_id)
    if told is None:
        return []
    must_be_ahead(gathering, facts)
    cancelled = GatheringBookingCancelled(
        **gathering.meeting(person_id=command.person_id, **told.model_dump()), held="place" if booked else "waiting"
    )
    return [cancelled, *promoted(gathering, 1 if booked else 0)]


def promoted(gathering: Gathering, places: int) -> Iterator[GatheringPlaceGiven]:
    """Give so many places to those who have waited longest."""
    for person_id, told in list(gathering.waiting.items())[:places]:
        yield GatheringPlaceGiven(**gathering.meeting(person_id=person_id, **told.model_dump()))


def must_be_theirs(person_id: str, actor: Actor) -> None:
    """Return when they ask for themselves, or hold gatherings. Raises NotForSomebodyElse."""
    if actor.id != person_id and not actor.roles & {COORDINATOR, FACILITATOR}:
        raise NotForSomebodyElse(field="person_id")


def must_be_ahead(gathering: Gathering, facts: Facts) -> None:
    """Return when bookings can still change. Raises GatheringOff and GatheringBegun."""
    if gathering.status == "cancelled":
        raise GatheringOff
    if gathering.status == "held" or gathering.has_begun(facts.now):
        raise GatheringBegun
