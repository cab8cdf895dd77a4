"""Moments that people read off a clock on the wall: in which zone, and not to be mistaken there."""

from datetime import UTC, date, datetime
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from shared.chassis.declarations.refusal import Kind, Refusal

HOME_ZONE = "Europe/London"
YEARS_AHEAD = 5
ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", max_length=64)]


class UnknownZone(Refusal):
    """There is no such time zone: give a name like Europe/London."""

    kind: ClassVar[Kind] = "invalid"


class NotAhead(Refusal):
    """A gathering is announced before it begins, and at most five years ahead: give another time."""

    kind: ClassVar[Kind] = "invalid"


class EndsBeforeItStarts(Refusal):
    """A gathering ends after it starts: correct one of the two times."""

    kind: ClassVar[Kind] = "invalid"


class LocalTimeMissing(Refusal):
    """The clocks go forward over this time, so it does not exist on that day: choose another one."""

    kind: ClassVar[Kind] = "invalid"


class LocalTimeAmbiguous(Refusal):
    """The clocks go back over this time, so it comes twice on that day: choose another one."""

    kind: ClassVar[Kind] = "invalid"


def announced(starts_at: datetime, ends_at: datetime, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Return beginning and end in UTC. Raises the refusals of this module, naming the field."""
    clock = _clock(zone)
    if starts_at <= now or starts_at.year > now.year + YEARS_AHEAD:
        raise NotAhead(field="starts_at")
    if ends_at <= starts_at or ends_at.year > now.year + YEARS_AHEAD:
        raise EndsBeforeItStarts(field="ends_at")
    return _certain(starts_at, clock, "starts_at"), _certain(ends_at, clock, "ends_at")


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that the calendar on the wall shows at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as failure:
        raise UnknownZone(field="zone") from failure


def _certain(moment: datetime, clock: ZoneInfo, field: str) -> datetime:
    wall = moment.replace(tzinfo=None)
    if wall.replace(tzinfo=clock).astimezone(UTC).astimezone(clock).replace(tzinfo=None) != wall:
        raise LocalTimeMissing(field=field, zone=clock.key)
    local = moment.astimezone(clock)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        raise LocalTimeAmbiguous(field=field, zone=clock.key)
    return moment.astimezone(UTC)
