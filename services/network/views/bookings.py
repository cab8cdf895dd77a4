"""Who comes to which gathering: for oneself, and for those who hold it (the list at the door)."""

from collections.abc import Mapping
from typing import Any, Literal

from services.network.domain.askers import ONESELF, STAFF
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.view import Row, View
from shared.events.network import (
    GatheringAttended,
    GatheringBookingCancelled,
    GatheringMissed,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPresenceVoided,
    GatheringWaitingListJoined,
    PresenceStatus,
)


class BookingRow(Row):
    """One person and one gathering. `presence` is what the list says; without a booking they came unannounced."""

    booking_id: str
    gathering_id: str
    person_id: str
    status: Literal["place", "waiting", "cancelled", "unannounced"] = "unannounced"
    sector: str = "not-stated"
    background: str = "not-stated"
    presence: PresenceStatus | None = None


BookingRowEvent = (
    GatheringPlaceBooked
    | GatheringWaitingListJoined
    | GatheringPlaceGiven
    | GatheringBookingCancelled
    | GatheringAttended
    | GatheringMissed
    | GatheringPresenceVoided
)


def booking_id(event: BookingRowEvent) -> str:
    """One row for each person at each gathering."""
    return derived_id("booking", event.gathering_id, event.person_id)


def booking_row(row: BookingRow | None, event: BookingRowEvent) -> BookingRow:
    """The row after this event."""
    ids = event.model_dump(include={"gathering_id", "person_id"})
    row = row or BookingRow(booking_id=booking_id(event), **ids)
    return row.model_copy(update={"sector": event.sector, "background": event.background, **_said(event)})


def _said(event: BookingRowEvent) -> Mapping[str, Any]:
    match event:
        case GatheringPlaceBooked() | GatheringPlaceGiven():
            return {"status": "place"}
        case GatheringWaitingListJoined():
            return {"status": "waiting"}
        case GatheringBookingCancelled():
            return {"status": "cancelled"}
        case GatheringAttended() | GatheringMissed():
            return {"presence": event.status}
        case GatheringPresenceVoided():
            return {"presence": None}


def present_booking(row: BookingRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any]:
    """The row with the person's name: whoever holds the gathering must know whom they greet."""
    del viewer
    return {**row.model_dump(mode="json"), "name": (card or {}).get("name")}


BOOKINGS = View(
    path="gathering-bookings",
    key=booking_id,
    fold=booking_row,
    read_by=STAFF | ONESELF,
    filters=("gathering_id", "status", "sector", "background", "presence"),
    order="gathering_id",
    person="person_id",
    card="person_id",
    present=present_booking,
)
