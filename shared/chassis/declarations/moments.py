"""Days and moments that people name: which are believed, and what a clock on the wall shows where people are.

Plain rules for any `decide`. They raise refusals that name the field at fault.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from shared.chassis.declarations.refusal import Refusal

FIRST_YEAR = 2000
YEARS_AHEAD = 5
ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", max_length=64)]


class AbsurdDate(Refusal, kind="invalid"):
    """This date cannot be meant: give one from the year 2000 on and at most five years ahead."""


class UnknownZone(Refusal, kind="invalid"):
    """There is no such time zone: give a name like Europe/London."""


class LocalTimeMissing(Refusal, kind="invalid"):
    """The clocks go forward over this time, so it does not exist on that day: choose another one."""


class LocalTimeAmbiguous(Refusal, kind="invalid"):
    """The clocks go back over this time, so it comes twice on that day: choose another one."""


class EndsBeforeItStarts(Refusal, kind="invalid"):
    """It has to end after it starts: correct one of the two times."""


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that the calendar on the wall shows at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Return the moment (UTC) at which the calendar on the wall begins to show this day."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def believable(day: date, now: datetime, field: str) -> date:
    """Return the day as it is. Raises AbsurdDate."""
    if not FIRST_YEAR <= day.year <= now.year + YEARS_AHEAD:
        raise AbsurdDate(field=field)
    return day


def announced(starts_at: datetime, ends_at: datetime, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Return beginning and end in UTC, when people who read them off a wall clock there cannot mistake them.

    Raises AbsurdDate, UnknownZone, LocalTimeMissing, LocalTimeAmbiguous and EndsBeforeItStarts, by the fields
    `starts_at`, `ends_at` and `zone`.
    """
    clock = _clock(zone)
    begins = _certain(starts_at, clock, now, "starts_at")
    ends = _certain(ends_at, clock, now, "ends_at")
    if ends <= begins:
        raise EndsBeforeItStarts(field="ends_at")
    return begins, ends


def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as failure:
        raise UnknownZone(field="zone") from failure


def _certain(moment: datetime, clock: ZoneInfo, now: datetime, field: str) -> datetime:
    believable(moment.date(), now, field)
    if _missing(moment.replace(tzinfo=None), clock):
        raise LocalTimeMissing(field=field, zone=clock.key)
    if _ambiguous(moment.astimezone(clock)):
        raise LocalTimeAmbiguous(field=field, zone=clock.key)
    return moment.astimezone(UTC)


def _missing(wall: datetime, clock: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=clock).astimezone(UTC).astimezone(clock)
    return there_and_back.replace(tzinfo=None) != wall


def _ambiguous(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
