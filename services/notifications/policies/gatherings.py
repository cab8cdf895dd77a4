"""What is said of gatherings: to who books a place, and to all who have one.

Who has a place and what becomes of the gathering is told by one stream, so nobody is heard of too late.
"""

from services.notifications.domain.audience import JoinAudience, LeaveAudience, LiftNotice, SetNotice, audience_id
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.notice import Seat
from services.notifications.templates.notices import announce, lift, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.network import (
    GatheringBookingCancelled,
    GatheringCancelled,
    GatheringMoved,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPublished,
)


def when_gathering_booked_seat_guest(event: GatheringPlaceBooked | GatheringPlaceGiven) -> JoinAudience:
    """Who has a place is told what becomes of the gathering."""
    seat = Seat(person_id=event.person_id, role="guest", through=event.gathering_id)
    return JoinAudience(audience_id=audience_id("gathering", event.gathering_id), seats=(seat,))


def when_gathering_booking_cancelled_unseat_guest(event: GatheringBookingCancelled) -> LeaveAudience:
    """Who gave the place back hears nothing more of it."""
    where = audience_id("gathering", event.gathering_id)
    return LeaveAudience(audience_id=where, through=event.gathering_id, person_id=event.person_id)


def when_gathering_booked_confirm_it(event: GatheringPlaceBooked, envelope: Envelope) -> RequestMessage:
    """Confirm the place, with an entry for the calendar."""
    return request("gathering-booked", event, envelope)


def when_gathering_place_given_tell_guest(event: GatheringPlaceGiven, envelope: Envelope) -> RequestMessage:
    """Tell who waited that they have a place now."""
    return request("gathering-place-given", event, envelope)


def when_gathering_booking_cancelled_confirm_it(
    event: GatheringBookingCancelled, envelope: Envelope
) -> RequestMessage | None:
    """Take the entry out of the calendar again; who only waited never had one."""
    return request("gathering-place-returned", event, envelope) if event.held == "place" else None


def when_gathering_published_remember_to_remind(event: GatheringPublished, envelope: Envelope) -> SetNotice:
    """Remind those who have a place shortly before."""
    return announce("gathering-reminder", event, envelope)


def when_gathering_moved_tell_guests(event: GatheringMoved, envelope: Envelope) -> SetNotice:
    """Tell those who have a place the new time or place; the calendar entry moves with it."""
    return announce("gathering-moved", event, envelope)


def when_gathering_moved_move_reminder(event: GatheringMoved, envelope: Envelope) -> SetNotice:
    """Remind of the new date, and of the earlier one no more."""
    return announce("gathering-moved-reminder", event, envelope)


def when_gathering_cancelled_tell_guests(event: GatheringCancelled, envelope: Envelope) -> SetNotice:
    """Tell those who have a place; the calendar entry goes."""
    return announce("gathering-cancelled", event, envelope)


def when_gathering_cancelled_drop_reminder(event: GatheringCancelled) -> LiftNotice:
    """Remind nobody of it."""
    return lift("gathering-reminder", event)
