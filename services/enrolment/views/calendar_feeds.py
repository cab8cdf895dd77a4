"""The links to a calendar that are open: for whoever made them, to close those that are not needed."""

from datetime import datetime

from services.enrolment.domain.askers import COORDINATORS
from shared.chassis.declarations.access import OWN
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import CalendarFeedClosed, CalendarFeedOpened


class CalendarFeedRow(Row):
    """One open link and since when; not the link itself."""

    calendar_feed_id: str
    person_id: str
    opened_at: datetime


def feed_row(
    row: CalendarFeedRow | None, event: CalendarFeedOpened | CalendarFeedClosed, envelope: Envelope
) -> CalendarFeedRow | None:
    """Return the row after this event; a closed link is listed no more."""
    del row
    if isinstance(event, CalendarFeedClosed):
        return None
    told = event.model_dump(include={"calendar_feed_id", "person_id"})
    return CalendarFeedRow(**told, opened_at=envelope.time)


CALENDAR_FEEDS = View(
    path="calendar-feeds",
    key=lambda event: event.calendar_feed_id,
    fold=feed_row,
    read_by=OWN | COORDINATORS,
    filters=("person_id",),
    order="opened_at",
    person="person_id",
)
