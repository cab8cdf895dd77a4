"""When the nine months happen: one workshop a month, evidence the week after, and the sign-off at the end."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
REMINDED_DAYS_BEFORE = 2
CAUGHT_UP_AFTER = timedelta(days=5)
EVIDENCE_AFTER = timedelta(days=7)

APPLYING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACING = datetime(2026, 1, 19, 9, 0, tzinfo=UTC)
STARTS_ON = date(2026, 2, 2)
PORTFOLIO_CHECK = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
SIGNING = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
JOINING = datetime(2026, 10, 27, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Month:
    """One month with a workshop."""

    number: int
    code: str
    day: date

    @property
    def starts_at(self) -> datetime:
        """Half past nine on the wall."""
        return datetime.combine(self.day, datetime.min.time(), ZONE).replace(hour=9, minute=30).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """One o'clock."""
        return self.starts_at + timedelta(minutes=210)

    @property
    def reminding(self) -> datetime:
        """The moment when everybody is reminded, and a minute."""
        return self.starts_at - timedelta(days=REMINDED_DAYS_BEFORE) + timedelta(minutes=1)


MONTHS = (
    Month(1, "ON", date(2026, 2, 10)),
    Month(2, "S1", date(2026, 3, 10)),
    Month(3, "S2", date(2026, 4, 14)),
    Month(4, "S3", date(2026, 5, 12)),
    Month(5, "S4", date(2026, 6, 9)),
    Month(6, "S5", date(2026, 7, 14)),
    Month(7, "S6", date(2026, 8, 11)),
    Month(9, "OFF", date(2026, 10, 6)),
)
MISSED = "S3"
"""The workshop that one representative of each cohort misses, and catches up on."""
RETURNED_IN = "S1"
"""The workshop of which one item of each home comes back and is handed in again."""
