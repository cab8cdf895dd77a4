"""Which days and moments are believed, and what day it is where people are."""

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from shared.chassis.declarations.refusal import Kind, Refusal

FIRST_YEAR = 2000
YEARS_AHEAD = 5
SATURDAY = 5
HOME_ZONE = "Europe/London"


class AbsurdDate(Refusal):
    """This date cannot be meant: give one from the year 2000 on and at most five years ahead."""

    kind: ClassVar[Kind] = "invalid"


class DateInFuture(Refusal):
    """This has not happened yet: give today's date or an earlier one."""

    kind: ClassVar[Kind] = "invalid"


class UnknownZone(Refusal):
    """There is no such time zone: give a name like Europe/London."""

    kind: ClassVar[Kind] = "invalid"


class LocalTimeMissing(Refusal):
    """The clocks go forward over this time, so it does not exist on that day: choose another one."""

    kind: ClassVar[Kind] = "invalid"


class LocalTimeAmbiguous(Refusal):
    """The clocks go back over this time, so it comes twice on that day: choose another one."""

    kind: ClassVar[Kind] = "invalid"


def local_day(moment: datetime, zone: str = HOME_ZONE) -> date:
    """Return the day that the calendar on the wall shows at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def believable(day: date, now: datetime, field: str) -> date:
    """Return the day as it is. Raises AbsurdDate, naming the field."""
    if not FIRST_YEAR <= day.year <= now.year + YEARS_AHEAD:
        raise AbsurdDate(field=field)
    return day


def already(day: date, now: datetime, field: str) -> date:
    """Return the day as it is. Raises AbsurdDate and DateInFuture, naming the field."""
    if believable(day, now, field) > local_day(now):
        raise DateInFuture(field=field)
    return day


def time_zone(name: str) -> ZoneInfo:
    """Return the zone of this name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as failure:
        raise UnknownZone(field="zone") from failure


def announced(moment: datetime, zone: ZoneInfo, now: datetime, field: str) -> datetime:
    """Return the moment in UTC, when people who read it off a wall clock in this zone cannot mistake it.

    Raises AbsurdDate, LocalTimeMissing and LocalTimeAmbiguous, naming the field.
    """
    believable(moment.date(), now, field)
    if _missing(moment.replace(tzinfo=None), zone):
        raise LocalTimeMissing(field=field, zone=zone.key)
    if _ambiguous(moment.astimezone(zone)):
        raise LocalTimeAmbiguous(field=field, zone=zone.key)
    return moment.astimezone(UTC)


def _missing(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) != wall


def _ambiguous(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


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
