"""Who has to catch up on what, until when, and how they are going to: what is on offer and what is booked.

A row goes when there is neither. The offer is told by the workshop's stream, the booking by the enrolment's, in any
order to one another.
"""

from collections.abc import Mapping
from datetime import date, datetime

from services.enrolment.domain.askers import HOME, STAFF
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    AttendanceVoided,
    CatchUpBooked,
    CatchUpBookingCancelled,
    CatchUpOffered,
    CaughtUp,
    WorkshopAttended,
)
from shared.events.values import CatchUpMethod


class CatchUpRow(Row):
    """One person and one workshop that they have not covered.

    `methods` are on offer until `due_by`, because `attendance_id` says that they missed it; `method` is what is booked,
    at another cohort's workshop where one is named.
    """

    catch_up_id: str
    enrolment_id: str
    home_id: str
    person_id: str
    code: str
    attendance_id: str | None = None
    methods: tuple[CatchUpMethod, ...] = ()
    due_by: date | None = None
    method: CatchUpMethod | None = None
    via_workshop_id: str | None = None
    via_cohort_id: str | None = None
    starts_at: datetime | None = None


NO_OFFER: Mapping[str, object] = {"attendance_id": None, "methods": (), "due_by": None}
NO_BOOKING: Mapping[str, object] = {"method": None, "via_workshop_id": None, "via_cohort_id": None, "starts_at": None}

OfferEvent = CatchUpOffered | WorkshopAttended | AttendanceVoided
BookingEvent = CatchUpBooked | CatchUpBookingCancelled | CaughtUp


def catch_up_id(event: OfferEvent | BookingEvent) -> str:
    """Return the id of the row: a person catches up on a workshop once for an enrolment."""
    return derived_id("catch-up", event.enrolment_id, event.person_id, event.code)


def catch_up_row(row: CatchUpRow | None, event: OfferEvent | BookingEvent) -> CatchUpRow | None:
    """Return the row after this event; None when nothing is on offer and nothing booked."""
    whose = event.model_dump(include={"enrolment_id", "home_id", "person_id", "code"})
    row = row or CatchUpRow(catch_up_id=catch_up_id(event), **whose)
    after = row.model_copy(update=_told(row, event))
    return after if after.methods or after.method else None


def _told(row: CatchUpRow, event: OfferEvent | BookingEvent) -> Mapping[str, object]:
    match event:
        case CatchUpOffered():
            return event.model_dump(include=set(NO_OFFER))
        case WorkshopAttended():
            return NO_OFFER if event.covers else {}
        case AttendanceVoided():
            return NO_OFFER if event.attendance_id == row.attendance_id else {}
        case CatchUpBooked():
            return event.model_dump(include=set(NO_BOOKING))
        case CatchUpBookingCancelled() | CaughtUp():
            return NO_BOOKING


CATCH_UPS = View(
    path="catch-ups",
    key=catch_up_id,
    fold=catch_up_row,
    read_by=STAFF | HOME,
    filters=("enrolment_id", "home_id", "person_id", "via_workshop_id"),
    order="due_by",
    until="due_by",
    unit="home_id",
    person="person_id",
)
