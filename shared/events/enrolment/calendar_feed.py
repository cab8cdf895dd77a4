"""Links by which calendar programs read one person's workshops. Neither the link nor its secret is told."""

from shared.chassis.declarations.event import Event


class CalendarFeedOpened(Event):
    """A person made a secret link to their own calendar. Caused sometimes by OpenCalendarFeed.

    The id follows from a hash of the secret; from the id nobody gets back to it.
    """

    calendar_feed_id: str
    person_id: str
    read_in_region: str


class CalendarFeedClosed(Event):
    """A secret link to a calendar leads nowhere any more, for good. Caused sometimes by CloseCalendarFeed."""

    calendar_feed_id: str
    person_id: str
