"""The days that events tell: what the calendar on the wall shows where homes are. Nobody reads a day off UTC."""

from datetime import date, datetime

from shared.chassis.declarations import moments
from shared.events.values import HOME_ZONE


def local_day(moment: datetime, zone: str = HOME_ZONE) -> date:
    """Return the day that the calendar on the wall shows at this moment."""
    return moments.local_day(moment, zone)


def start_of(day: date, zone: str = HOME_ZONE) -> datetime:
    """Return the moment (UTC) at which this day begins on the wall."""
    return moments.start_of(day, zone)
