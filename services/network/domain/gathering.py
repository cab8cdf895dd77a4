"""A gathering of the champions' network: a champion event, a learning session, a forum, a get-together.

Its stream decides who has a place: that is why bookings, waiting list and attendance are here and nowhere else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, assert_never

from pydantic import AwareDatetime, Field

from services.network.domain import booking, presence
from services.network.domain.askers import MEETING, STAFF
from services.network.domain.booking import BookingEvent, BookPlace, CancelBooking
from services.network.domain.gathering_state import Gathering, GatheringFacts, Presence, Told, backgrounds, mix
from services.network.domain.presence import CloseGathering, PresenceEvent, RecordPresence, VoidPresence
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Actor, Facts
from shared.chassis.declarations.moments import ZoneName, announced
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import replace
from shared.events.network import (
    GatheringAttended,
    GatheringBookingCancelled,
    GatheringCancelled,
    GatheringEnlarged,
    GatheringHeld,
    GatheringKind,
    GatheringMissed,
    GatheringMoved,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPresenceVoided,
    GatheringPublished,
    GatheringWaitingListJoined,
    VenueKind,
)
from shared.events.roles import COORDINATOR, FACILITATOR
from shared.events.values import HOME_ZONE, Language, Mode

Capacity = Annotated[int, Field(ge=1, le=1_000)]


class PublishGathering(Command):
    """Announce a gathering and let people book. Times carry their offset; `zone` is where people look at the clock.

    One that is not `open_to_others` is for members of the region's network: nobody else books it or sees what it is.
    """

    asked_by: ClassVar[Access] = STAFF
    creates: ClassVar[bool] = True

    gathering_id: Key
    kind: GatheringKind
    title: Name
    area: Key
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: ZoneName = HOME_ZONE
    mode: Mode = "in-person"
    venue: Name | None = None
    venue_kind: VenueKind = "public"
    open_to_others: bool = True
    capacity: Capacity
    language: Language = "en"
    led_by_person_ids: Annotated[tuple[Key, ...], Field(max_length=20)] = ()


class MoveGathering(Command):
    """Give a gathering another time or place, or let it go online. Bookings stand."""

    asked_by: ClassVar[Access] = STAFF

    gathering_id: Key
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    mode: Mode
    venue: Name | None = None
    reason: Literal["venue-lost", "leader-ill", "weather", "too-few", "goes-online", "other"]


class EnlargeGathering(Command):
    """Offer more places. Those who have waited longest get them."""

    asked_by: ClassVar[Access] = STAFF

    gathering_id: Key
    capacity: Capacity


class CancelGathering(Command):
    """Call a gathering off, at the door at the latest."""

    asked_by: ClassVar[Access] = STAFF

    gathering_id: Key
    reason: Literal["venue-lost", "leader-ill", "weather", "too-few", "other"]


class GatheringUnknown(Refusal, kind="missing"):
    """There is no such gathering here."""


class AlreadyPublished(Refusal):
    """This gathering was announced with something else. Move, enlarge or cancel it instead."""


class NotAhead(Refusal, kind="invalid"):
    """A gathering is announced before it begins: give another time."""


class WorkplaceNotOpen(Refusal, kind="invalid"):
    """A workplace may be host only when people from elsewhere may come too: open it to others, or meet elsewhere."""


class NotLarger(Refusal):
    """A gathering only gets larger: nobody who has a place loses it. Give a number above the present one."""


class PeopleWereThere(Refusal):
    """The list says that people were there: a gathering that took place is closed, not cancelled."""


GatheringCommand = (
    PublishGathering
    | MoveGathering
    | EnlargeGathering
    | CancelGathering
    | BookPlace
    | CancelBooking
    | RecordPresence
    | VoidPresence
    | CloseGathering
)
GatheringEvent = (
    GatheringPublished | GatheringMoved | GatheringEnlarged | GatheringCancelled | BookingEvent | PresenceEvent
)


def decide(gathering: Gathering, command: GatheringCommand, facts: GatheringFacts) -> Sequence[GatheringEvent]:
    """Return what follows. Raises the refusals of this module, of `booking`, `presence` and `moments`."""
    if gathering.status == "unknown" and not command.creates:
        raise GatheringUnknown(field="gathering_id")
    match command:
        case PublishGathering():
            return _publish(gathering, command, facts)
        case MoveGathering():
            return _move(gathering, command, facts)
        case EnlargeGathering():
            return _enlarge(gathering, command, facts)
        case CancelGathering():
            return _cancel(gathering, command)
        case BookPlace():
            return booking.book(gathering, command, facts)
        case CancelBooking():
            return booking.cancel(gathering, command, facts)
        case RecordPresence():
            return presence.record(gathering, command, facts)
        case VoidPresence():
            return presence.void(gathering, command, facts)
        case CloseGathering():
            return presence.close(gathering, facts)
        case _:
            assert_never(command)


def _publish(gathering: Gathering, command: PublishGathering, facts: Facts) -> Sequence[GatheringEvent]:
    told = command.model_dump()
    if gathering.status != "unknown":
        if any(getattr(gathering, name) != value for name, value in told.items()):
            raise AlreadyPublished
        return []
    if command.venue_kind == "workplace" and not command.open_to_others:
        raise WorkplaceNotOpen(field="open_to_others")
    starts_at, ends_at = _ahead(command, command.zone, facts)
    return [GatheringPublished(**{**told, "starts_at": starts_at, "ends_at": ends_at})]


def _move(gathering: Gathering, command: MoveGathering, facts: Facts) -> Sequence[GatheringEvent]:
    wanted = command.model_dump(include={"starts_at", "ends_at", "mode", "venue"})
    if all(getattr(gathering, name) == value for name, value in wanted.items()):
        return []
    booking.must_be_ahead(gathering, facts)
    starts_at, ends_at = _ahead(command, gathering.zone, facts)
    there = gathering.meeting(**{**wanted, "starts_at": starts_at, "ends_at": ends_at})
    before = {f"earlier_{name}": getattr(gathering, name) for name in wanted}
    revision = gathering.schedule_revision + 1
    return [GatheringMoved(**{**there, "schedule_revision": revision}, **before, reason=command.reason)]


def _enlarge(gathering: Gathering, command: EnlargeGathering, facts: Facts) -> Sequence[GatheringEvent]:
    if command.capacity == gathering.capacity:
        return []
    booking.must_be_ahead(gathering, facts)
    if command.capacity < gathering.capacity:
        raise NotLarger(field="capacity", capacity=gathering.capacity)
    enlarged = GatheringEnlarged(gathering_id=gathering.gathering_id, capacity=command.capacity)
    return [enlarged, *booking.promoted(gathering, command.capacity - len(gathering.booked))]


def _cancel(gathering: Gathering, command: CancelGathering) -> Sequence[GatheringEvent]:
    if gathering.status == "cancelled":
        return []
    if gathering.status == "held" or gathering.presences:
        raise PeopleWereThere
    told = gathering.meeting(schedule_revision=gathering.schedule_revision + 1)
    return [GatheringCancelled(**told, reason=command.reason)]


def _ahead(command: PublishGathering | MoveGathering, zone: str, facts: Facts) -> tuple[datetime, datetime]:
    if command.starts_at <= facts.now:
        raise NotAhead(field="starts_at")
    return announced(command.starts_at, command.ends_at, zone, facts.now)


def evolve(gathering: Gathering, event: GatheringEvent) -> Gathering:
    """Return the gathering after this event."""
    match event:
        case GatheringPublished():
            return replace(gathering, status="published", **dict(event))
        case GatheringMoved():
            return replace(gathering, **_schedule(event))
        case GatheringEnlarged():
            return replace(gathering, capacity=event.capacity)
        case GatheringCancelled():
            return replace(gathering, status="cancelled", schedule_revision=event.schedule_revision)
        case GatheringPlaceBooked():
            return replace(gathering, booked={**gathering.booked, event.person_id: _told(event)})
        case GatheringWaitingListJoined():
            return replace(gathering, waiting={**gathering.waiting, event.person_id: _told(event)})
        case GatheringPlaceGiven():
            booked = {**gathering.booked, event.person_id: _told(event)}
            return replace(gathering, booked=booked, waiting=_without(gathering.waiting, event.person_id))
        case GatheringBookingCancelled():
            kept = {"booked": gathering.booked, "waiting": gathering.waiting}
            return replace(gathering, **{name: _without(held, event.person_id) for name, held in kept.items()})
        case GatheringAttended() | GatheringMissed():
            told = Presence.model_validate(event.model_dump())
            return replace(gathering, presences={**gathering.presences, event.person_id: told})
        case GatheringPresenceVoided():
            return replace(gathering, presences=_without(gathering.presences, event.person_id))
        case GatheringHeld():
            return replace(gathering, status="held")
        case _:
            assert_never(event)


def _told(event: GatheringPlaceBooked | GatheringWaitingListJoined | GatheringPlaceGiven) -> Told:
    return Told(sector=event.sector, background=event.background)


def _schedule(event: GatheringMoved) -> Mapping[str, Any]:
    return event.model_dump(include={"starts_at", "ends_at", "mode", "venue", "schedule_revision"})


def _without(held: Mapping[str, Any], person_id: str) -> Mapping[str, Any]:
    return {each: told for each, told in held.items() if each != person_id}


def shown(gathering: Gathering, viewer: Actor) -> Mapping[str, Any]:
    """What is public: numbers for everybody, whether one has a place oneself, and for staff who comes and the mix.

    Of a gathering that is not open to others, whoever neither belongs to the network nor comes sees only that.
    """
    people = {"booked", "waiting", "presences"}
    numbers = {name: len(getattr(gathering, name)) for name in ("booked", "waiting")}
    yours = "place" if viewer.id in gathering.booked else "waiting" if viewer.id in gathering.waiting else None
    if not (gathering.open_to_others or yours or viewer.roles & MEETING):
        return gathering.model_dump(mode="json", include={"gathering_id", "status", "open_to_others"})
    public = {
        **gathering.model_dump(mode="json", exclude=people),
        **numbers,
        "places_left": gathering.places_left,
        "yours": yours,
    }
    if not viewer.roles & {COORDINATOR, FACILITATOR}:
        return public
    lists = {
        "booked_person_ids": list(gathering.booked),
        "waiting_person_ids": list(gathering.waiting),
        "presences": {person: told.model_dump(mode="json") for person, told in gathering.presences.items()},
        "mix": [count.model_dump() for count in mix(list(gathering.booked.values()))],
        "backgrounds": [count.model_dump() for count in backgrounds(list(gathering.booked.values()))],
    }
    return {**public, **lists}
