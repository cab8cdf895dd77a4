"""Who would like to join: interests that bind nobody, and the line of each cohort."""

from datetime import datetime

from services.enrolment.domain.askers import STAFF
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    InterestFollowed,
    InterestRegistered,
    PlaceTaken,
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
    WaitingPlaceTaken,
)
from shared.events.values import Setting


class InterestRow(Row):
    """One interest, and the application that came of it."""

    interest_id: str
    area: str
    source: str
    setting: Setting | None = None
    home_id: str | None = None
    person_id: str | None = None
    enrolment_id: str | None = None


def interest_row(row: InterestRow | None, event: InterestRegistered | InterestFollowed) -> InterestRow | None:
    """Return the row after this event."""
    match event:
        case InterestRegistered():
            return InterestRow(**dict(event))
        case InterestFollowed():
            return row and row.model_copy(update={"enrolment_id": event.enrolment_id})


INTERESTS = View(
    path="interests",
    key=lambda event: event.interest_id,
    fold=interest_row,
    read_by=STAFF,
    filters=("area", "source"),
    order="area",
)


class WaitingRow(Row):
    """One home in the line of a cohort, in the order in which they applied; until when a place is kept for it."""

    cohort_id: str
    enrolment_id: str
    home_id: str
    applied_at: datetime
    offered_at: datetime | None = None
    expires_at: datetime | None = None


Line = WaitingPlaceTaken | WaitingPlaceOffered | WaitingPlaceOfferExpired | WaitingPlaceLeft | PlaceTaken


def waiting_row(row: WaitingRow | None, event: Line) -> WaitingRow | None:
    """Return the row after this event; who got a place or left the line waits no more."""
    match event:
        case WaitingPlaceTaken():
            return WaitingRow(**dict(event))
        case WaitingPlaceOffered():
            return row and row.model_copy(update=event.model_dump(include={"offered_at", "expires_at"}))
        case _:
            return None


WAITING_PLACES = View(
    path="waiting-places",
    key=lambda event: f"{event.cohort_id}.{event.enrolment_id}",
    fold=waiting_row,
    read_by=STAFF,
    filters=("cohort_id",),
    order="applied_at",
)
