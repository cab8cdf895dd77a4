"""What network publishes: who stays together, who may see what of whom, and where they meet."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Language, Mode, Setting, Value

Audience = Literal["group", "region", "all"]
SharedField = Literal["name", "job_title", "email", "phone", "background", "sector", "setting", "area", "interests"]
JoinedFrom = Literal["champion-award", "gathering", "open-call", "personal-invitation"]
GatheringKind = Literal["champion-event", "learning-session", "forum", "get-together"]
VenueKind = Literal["public", "workplace", "online"]
PresenceStatus = Literal["attended", "part", "apologies", "absent"]


class MemberInvited(Event):
    """A person was asked whether they want to join the champions' network.

    Caused always by InviteMember and by InvitePerson.
    """

    member_id: str
    person_id: str
    source: JoinedFrom


class MemberJoined(Event):
    """A person joined, by their own act. Caused always by JoinNetwork."""

    member_id: str
    person_id: str
    source: JoinedFrom
    background: str
    sector: str
    area: str
    joined_on: date
    setting: Setting | None = None
    interests: tuple[str, ...] = ()


class ProfileRevised(Event):
    """A member said something else about themselves. Caused always by ReviseProfile."""

    member_id: str
    person_id: str
    background: str
    sector: str
    area: str
    interests: tuple[str, ...]
    setting: Setting | None = None


class MemberLeft(Event):
    """A member left the champions' network; their consents ended with it. Caused always by LeaveNetwork."""

    member_id: str
    person_id: str
    left_on: date


def _one_field_of_many(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 spoke of one field; version 2 speaks of all that one act concerned."""
    return {**{name: value for name, value in data.items() if name != "field"}, "fields": [data["field"]]}


class SharingConsentGiven(Event):
    """A member agreed, in one act, that these fields of theirs be shown to an audience.

    Caused always by GiveSharingConsent.
    """

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _one_field_of_many}

    member_id: str
    person_id: str
    fields: tuple[SharedField, ...]
    audience: Audience
    wording_version: str
    given_on: date


class SharingConsentWithdrawn(Event):
    """A member took that agreement back for these fields; from now on nobody shows them.

    Caused always by WithdrawSharingConsent, sometimes by LeaveNetwork.
    """

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _one_field_of_many}

    member_id: str
    person_id: str
    fields: tuple[SharedField, ...]
    withdrawn_on: date


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
