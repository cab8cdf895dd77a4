"""Gatherings to come and past, with numbers; who comes is in the bookings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from services.network.domain.askers import MEETING
from services.network.domain.gathering_state import THERE
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.network import (
    GatheringAttended,
    GatheringBookingCancelled,
    GatheringCancelled,
    GatheringEnlarged,
    GatheringHeld,
    GatheringKind,
    GatheringMoved,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPresenceVoided,
    GatheringPublished,
    GatheringWaitingListJoined,
    VenueKind,
)
from shared.events.roles import COORDINATOR, FACILITATOR
from shared.events.values import Language, Mode


class GatheringRow(Row):
    """One gathering. `mix` counts the booked by sector and `backgrounds` by role; `attended_…` those who were there."""

    gathering_id: str
    status: Literal["published", "cancelled", "held"] = "published"
    title: str = ""
    kind: GatheringKind = "forum"
    area: str = ""
    starts_at: datetime
    ends_at: datetime
    zone: str = ""
    mode: Mode = "in-person"
    venue: str | None = None
    venue_kind: VenueKind = "public"
    open_to_others: bool = True
    language: Language = "en"
    capacity: int = 0
    booked: int = 0
    waiting: int = 0
    attended: int = 0
    mix: Mapping[str, int] = {}
    attended_mix: Mapping[str, int] = {}
    backgrounds: Mapping[str, int] = {}
    attended_backgrounds: Mapping[str, int] = {}


MIXES = frozenset({"mix", "attended_mix", "backgrounds", "attended_backgrounds"})
"""The numbers of who people are."""

Announced = GatheringMoved | GatheringEnlarged | GatheringCancelled | GatheringHeld
Booked = GatheringPlaceBooked | GatheringWaitingListJoined | GatheringPlaceGiven | GatheringBookingCancelled
Listed = GatheringAttended | GatheringPresenceVoided


def gathering_row(
    row: GatheringRow | None, event: GatheringPublished | Announced | Booked | Listed
) -> GatheringRow | None:
    """The row after this event. All of them come from the gathering's own stream, in its order."""
    if isinstance(event, GatheringPublished):
        return GatheringRow.model_validate(event.model_dump())
    if row is None:
        return None
    match event:
        case GatheringMoved() | GatheringEnlarged() | GatheringCancelled() | GatheringHeld():
            return row.model_copy(update=_announced(event))
        case GatheringAttended() | GatheringPresenceVoided():
            return row.model_copy(update=_listed(row, event))
        case _:
            return row.model_copy(update=_booked(row, event))


def _announced(event: Announced) -> Mapping[str, Any]:
    match event:
        case GatheringMoved():
            return event.model_dump(include={"starts_at", "ends_at", "mode", "venue"})
        case GatheringEnlarged():
            return {"capacity": event.capacity}
        case GatheringCancelled():
            return {"status": "cancelled"}
        case GatheringHeld():
            return {"status": "held"}


def _booked(row: GatheringRow, event: Booked) -> Mapping[str, Any]:
    place, waiting = _steps(event)
    return {
        "booked": row.booked + place,
        "waiting": row.waiting + waiting,
        "mix": _counted(row.mix, event.sector, place),
        "backgrounds": _counted(row.backgrounds, event.background, place),
    }


def _steps(event: Booked) -> tuple[int, int]:
    """How many places more are taken, and how many people more wait."""
    match event:
        case GatheringPlaceBooked():
            return 1, 0
        case GatheringWaitingListJoined():
            return 0, 1
        case GatheringPlaceGiven():
            return 1, -1
        case GatheringBookingCancelled():
            return (-1, 0) if event.held == "place" else (0, -1)


def _listed(row: GatheringRow, event: Listed) -> Mapping[str, Any]:
    if event.status not in THERE:
        return {}
    by = -1 if isinstance(event, GatheringPresenceVoided) else 1
    return {
        "attended": row.attended + by,
        "attended_mix": _counted(row.attended_mix, event.sector, by),
        "attended_backgrounds": _counted(row.attended_backgrounds, event.background, by),
    }


def _counted(mix: Mapping[str, int], answer: str, by: int) -> Mapping[str, int]:
    counted = {**mix, answer: mix.get(answer, 0) + by}
    return {name: people for name, people in sorted(counted.items()) if people}


def present_gathering(row: GatheringRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """What this viewer sees: the mix only whoever holds gatherings, for few people can be told by sector or role.

    What is not open to others is listed for those who belong to the network only.
    """
    del card
    if not (row.open_to_others or viewer.roles & MEETING):
        return None
    shown = {**row.model_dump(mode="json"), "places_left": row.capacity - row.booked}
    if viewer.roles & {COORDINATOR, FACILITATOR}:
        return shown
    return {name: value for name, value in shown.items() if name not in MIXES}


GATHERINGS = View(
    path="gatherings",
    key=lambda event: event.gathering_id,
    fold=gathering_row,
    read_by=SIGNED_IN,
    filters=("status", "kind", "area", "mode", "language"),
    order="starts_at",
    present=present_gathering,
)
