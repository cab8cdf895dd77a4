"""What has happened by today, where homes are, and how weeks and working days are counted."""

from datetime import date, datetime, timedelta

from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day, start_of
from shared.events.values import HOME_ZONE

SATURDAY = 5


class DateInFuture(Refusal, kind="invalid"):
    """This has not happened yet: give today's date or an earlier one."""


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
    return start_of(day + timedelta(days=1), zone)
