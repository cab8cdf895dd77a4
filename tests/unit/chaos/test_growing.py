"""When a long run may say that memory is flat."""

from collections.abc import Callable

import pytest

from tests.chaos.live.growing import FEWEST, WARM_UP_SECONDS, Growth, Sample, flat, growth_of

EVERY = 30.0


def seen(count: int, megabytes: Callable[[float], float], name: str = "enrolment api 1") -> Growth:
    return growth_of(name, [Sample(number * EVERY, megabytes(number * EVERY), 30) for number in range(count)])


LONG = int(WARM_UP_SECONDS / EVERY) + FEWEST


def test_a_long_run_whose_memory_stays_is_flat() -> None:
    found = seen(LONG, lambda at: 140 + at % 2)
    assert found.megabytes_an_hour == pytest.approx(0)
    assert flat([found]) is True


def test_the_slope_is_told_per_hour() -> None:
    assert seen(LONG, lambda at: 100 + at / 3600 * 12).megabytes_an_hour == pytest.approx(12)


def test_what_fills_in_the_first_ten_minutes_is_no_slope() -> None:
    assert seen(LONG, lambda at: min(at, WARM_UP_SECONDS) / 60).megabytes_an_hour == pytest.approx(0)


def test_a_leak_that_stays_below_the_outright_limit_is_found() -> None:
    found = seen(LONG, lambda at: 144 + at / 3600 * 40)
    assert found.megabytes_last < found.megabytes_first * 1.15 + 15
    assert flat([found]) is False


@pytest.mark.parametrize("count", [1, 2, 20, LONG - 1])
def test_with_too_few_samples_nothing_is_called_flat(count: int) -> None:
    found = seen(count, lambda _: 140)
    assert found.megabytes_an_hour is None
    assert flat([found]) is None


def test_what_jumps_is_too_much_in_a_short_run_as_well() -> None:
    assert flat([seen(6, lambda at: 100 + at)]) is False


def test_broker_and_database_are_told_and_not_judged() -> None:
    broker = seen(LONG, lambda at: 300 + at, "broker 7")
    assert broker.megabytes_an_hour == pytest.approx(3600)
    assert flat([broker]) is None
    assert flat([broker, seen(LONG, lambda _: 140)]) is True
