"""When the nine months happen: one workshop a month, evidence the week after, and the sign-off at the end.

And what goes differently than planned on the way: one workshop is moved, one missed, one representative hands over, one
home withdraws, and long afterwards one accreditation lapses, because its home signed a week before all others.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
REMINDED_DAYS_BEFORE = 2
CAUGHT_UP_AFTER = timedelta(days=5)
EVIDENCE_AFTER = timedelta(days=7)
TURNS_AFTER = timedelta(days=21)
LASTS = timedelta(minutes=210)

APPLYING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACING = datetime(2026, 1, 19, 9, 0, tzinfo=UTC)
STARTS_ON = date(2026, 2, 2)
PORTFOLIO_CHECK = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
SIGNING_EARLY = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
SIGNING = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
JOINING = datetime(2026, 10, 27, 9, 0, tzinfo=UTC)
LAPSED = datetime(2027, 11, 15, 9, 0, tzinfo=UTC)
"""A year and thirty days of grace after the first signature, but not after the others."""


@dataclass(frozen=True)
class Month:
    """One month with a workshop."""

    number: int
    code: str
    day: date
    first_day: date | None = None
    """The day for which it was arranged, when it was moved afterwards."""

    @property
    def starts_at(self) -> datetime:
        """Half past nine on the wall."""
        return _half_past_nine(self.day)

    @property
    def first_starts_at(self) -> datetime:
        """When it was to start, before it was moved."""
        return _half_past_nine(self.first_day or self.day)

    @property
    def ends_at(self) -> datetime:
        """One o'clock."""
        return self.starts_at + LASTS

    @property
    def reminding(self) -> datetime:
        """The moment when everybody is reminded, and a minute."""
        return self.starts_at - timedelta(days=REMINDED_DAYS_BEFORE) + timedelta(minutes=1)


def _half_past_nine(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE).replace(hour=9, minute=30).astimezone(UTC)


MONTHS = (
    Month(1, "ON", date(2026, 2, 10)),
    Month(2, "S1", date(2026, 3, 10)),
    Month(3, "S2", date(2026, 4, 21), first_day=date(2026, 4, 14)),
    Month(4, "S3", date(2026, 5, 12)),
    Month(5, "S4", date(2026, 6, 9)),
    Month(6, "S5", date(2026, 7, 14)),
    Month(7, "S6", date(2026, 8, 11)),
    Month(9, "OFF", date(2026, 10, 6)),
)
MISSED = "S3"
"""The workshop that one representative of each cohort misses, and catches up on."""
SUCCEEDED_AFTER = "S3"
"""The workshop after which one representative hands over to somebody new."""
WITHDRAWN_AFTER = "S4"
"""The last workshop of the home that withdraws."""
SURPRISES = {SUCCEEDED_AFTER: "a representative leaves, somebody new takes over", WITHDRAWN_AFTER: "a home withdraws"}
CODES = tuple(month.code for month in MONTHS)
RETURNED_IN = "S1"
"""The workshop of which one item of each home comes back and is handed in again."""


def is_later(code: str, than: str) -> bool:
    """Whether this workshop comes after that one."""
    return CODES.index(code) > CODES.index(than)
