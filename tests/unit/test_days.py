"""Days are those of the calendar on the wall where homes are, on both sides of the change of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.events.days import local_day, start_of

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_half_an_hour_before_midnight_utc_is_the_next_day_in_summer_only(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


def test_every_day_begins_when_the_calendar_begins_to_show_it() -> None:
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        begins = start_of(day)
        assert (local_day(begins - SECOND), local_day(begins)) == (day - timedelta(days=1), day)
        assert begins.tzinfo is UTC


def test_somewhere_else_another_calendar_hangs() -> None:
    assert local_day(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "Europe/Paris") == date(2026, 2, 1)
    assert start_of(date(2026, 2, 1), "Europe/Paris") == datetime(2026, 1, 31, 23, tzinfo=UTC)
