"""Which day it is where homes are, what has happened by then, and how weeks and working days are counted."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.chassis.declarations import moments
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.values import HOME_ZONE

SATURDAY = 5


class DateInFuture(Refusal, kind="invalid"):
    """This has not happened yet: give today's date or an earlier one."""


def local_day(moment: datetime, zone: str = HOME_ZONE) -> date:
    """Return the day that the calendar on the wall shows at this moment."""
    return moments.local_day(moment, zone)


def already(day: date, now: datetime, field: str) -> date:
    """Return the day as it is. Raises AbsurdDate and DateInFuture, naming the field."""
    if believable(day, now, field) > local_day(now):
        raise DateInFuture(field=field)
    return day


def weeks(number: int) -> timedelta:
    """Return so many weeks."""
    return timedelta(weeks=number)


def after_working_days(moment: datetime, number: int, zone: str = HOME_ZONE) -> datetime:
    """Return the end of so many days from Monday to Friday after this one, where people are."""
    day = local_day(moment, zone)
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)
