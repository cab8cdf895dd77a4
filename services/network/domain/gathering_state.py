"""What is known of a gathering: what was announced, who has a place, who waits, who was there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State
from shared.events.network import BackgroundCount, GatheringKind, Meeting, PresenceStatus, SectorCount, VenueKind
from shared.events.values import Language, Mode, Value

THERE: frozenset[PresenceStatus] = frozenset({"attended", "part"})
"""The person took part, if only for a while."""


NOT_STATED = "not-stated"
"""They were asked and did not say; it is counted like any other answer (peers.md L02)."""


class Told(Value):
    """What people said of themselves when they booked or came: their sector, and their background (role)."""

    sector: str
    background: str = NOT_STATED


class Presence(Told):
    """What the list says of one person; mode and times only of those who were there."""

    status: PresenceStatus
    mode: Mode | None = None
    arrived: datetime | None = None
    left: datetime | None = None


class Gathering(State):
    """One gathering. `booked` and `waiting` say of whom and what they told, in the order of asking."""

    gathering_id: str = ""
    status: Literal["unknown", "published", "cancelled", "held"] = "unknown"
    title: str = ""
    kind: GatheringKind = "forum"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""
    mode: Mode = "in-person"
    venue: str | None = None
    schedule_revision: int = 0
    area: str = ""
    capacity: int = 0
    language: Language = "en"
    venue_kind: VenueKind = "public"
    open_to_others: bool = True
    led_by_person_ids: tuple[str, ...] = ()
    booked: Mapping[str, Told] = {}
    waiting: Mapping[str, Told] = {}
    presences: Mapping[str, Presence] = {}

    @property
    def places_left(self) -> int:
        """How many more can book a place."""
        return self.capacity - len(self.booked)

    def has_begun(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.starts_at is not None and now >= self.starts_at

    def meeting(self, **changes: Any) -> dict[str, Any]:
        """What somebody must know to come, as the events tell it."""
        return {name: getattr(self, name) for name in Meeting.model_fields} | changes


class GatheringFacts(Facts):
    """Whether who is to get a place is a member of the region's network now; only looked up where it matters."""

    is_member: bool = False


def mix(people: Sequence[Told]) -> tuple[SectorCount, ...]:
    """Count people by sector; who did not say are a number of their own (domain.md C26)."""
    counted = Counter(told.sector for told in people)
    return tuple(SectorCount(sector=sector, people=number) for sector, number in sorted(counted.items()))


def backgrounds(people: Sequence[Told]) -> tuple[BackgroundCount, ...]:
    """Count people by background; who did not say are a number of their own (peers.md L02)."""
    counted = Counter(told.background for told in people)
    return tuple(BackgroundCount(background=each, people=number) for each, number in sorted(counted.items()))
