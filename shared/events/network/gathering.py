"""A gathering: announced, booked, held, and who was there."""

from datetime import date, datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Language, Mode, Value

GatheringKind = Literal["champion-event", "learning-session", "forum", "get-together"]
VenueKind = Literal["public", "workplace", "online"]
PresenceStatus = Literal["attended", "part", "apologies", "absent"]


class Meeting(Value):
    """What somebody must know to come: what it is, when (UTC; `zone` is the local one), how and where.

    `schedule_revision` rises each time the gathering is moved or cancelled, for calendars.
    """

    gathering_id: str
    title: str
    kind: GatheringKind
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    venue: str | None = None
    schedule_revision: int = 1


class GatheringPublished(Meeting, Event):
    """A gathering of the champions' network was announced, and places can be booked.

    Caused always by PublishGathering.
    """

    area: str
    capacity: int
    language: Language
    venue_kind: VenueKind
    open_to_others: bool
    led_by_person_ids: tuple[str, ...] = ()


class GatheringMoved(Meeting, Event):
    """A gathering got another time or place. Bookings stand. Caused always by MoveGathering.

    The earlier time and place are what was announced last.
    """

    earlier_starts_at: datetime
    earlier_ends_at: datetime
    earlier_mode: Mode
    earlier_venue: str | None = None
    reason: Literal["venue-lost", "leader-ill", "weather", "too-few", "goes-online", "other"]


class GatheringCancelled(Meeting, Event):
    """A gathering does not take place. Nobody counts as absent. Caused always by CancelGathering."""

    reason: Literal["venue-lost", "leader-ill", "weather", "too-few", "other"]


class GatheringEnlarged(Event):
    """A gathering has more places than before. Caused always by EnlargeGathering."""

    gathering_id: str
    capacity: int


class GatheringPlaceBooked(Meeting, Event):
    """A person has a place at a gathering. Caused sometimes by BookPlace.

    `sector` and `background` (their role) were asked, and are `not-stated` when they did not say.
    """

    person_id: str
    sector: str
    places_left: int
    background: str = "not-stated"


class GatheringWaitingListJoined(Meeting, Event):
    """A gathering was full, and a person waits for a place. Caused sometimes by BookPlace."""

    person_id: str
    sector: str
    position: int
    background: str = "not-stated"


class GatheringPlaceGiven(Meeting, Event):
    """A place became free and went to the person who had waited longest.

    Caused sometimes by CancelBooking and by EnlargeGathering.
    """

    person_id: str
    sector: str
    background: str = "not-stated"


class GatheringBookingCancelled(Meeting, Event):
    """A person gave their place back, or waits no longer. Caused always by CancelBooking."""

    person_id: str
    sector: str
    held: Literal["place", "waiting"]
    background: str = "not-stated"


class GatheringAttended(Event):
    """A person was at a gathering, wholly or for a part. Caused sometimes by RecordPresence."""

    gathering_id: str
    person_id: str
    sector: str
    kind: GatheringKind
    status: PresenceStatus
    mode: Mode
    on: date
    booked: bool
    arrived: datetime | None = None
    left: datetime | None = None
    background: str = "not-stated"


class GatheringMissed(Event):
    """A person who was expected was not there. Caused sometimes by RecordPresence."""

    gathering_id: str
    person_id: str
    sector: str
    kind: GatheringKind
    status: PresenceStatus
    on: date
    background: str = "not-stated"


class GatheringPresenceVoided(Event):
    """What the list of a gathering said of a person was wrong and counts no longer. Caused always by VoidPresence."""

    gathering_id: str
    person_id: str
    sector: str
    status: PresenceStatus
    reason: Literal["wrong-person", "wrong-status", "entered-twice", "other"]
    background: str = "not-stated"


class SectorCount(Value):
    """So many people of a sector; who did not say are counted as `not-stated`."""

    sector: str
    people: int


class BackgroundCount(Value):
    """So many people of a background; who did not say are counted as `not-stated`."""

    background: str
    people: int


class GatheringHeld(Meeting, Event):
    """A gathering took place, and its list was closed. Caused always by CloseGathering.

    `mix` counts those who were there by sector, `backgrounds` by role; of `unrecorded` the list says nothing.
    When people were there and `backgrounds` is empty, it was not asked yet.
    """

    area: str
    attended: int
    missed: int
    unrecorded: int
    mix: tuple[SectorCount, ...]
    backgrounds: tuple[BackgroundCount, ...] = ()
