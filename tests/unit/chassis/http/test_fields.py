"""Values from outside become models: nothing is guessed, and what cannot be kept is refused."""

from datetime import date, datetime

import pytest
from pydantic import BaseModel

from shared.chassis.http.fields import from_json, from_words
from shared.chassis.http.problems import Problem


class Fitting(BaseModel):
    number: int = 0
    truth: bool = False
    moment: datetime | None = None
    day: date | None = None
    moments: tuple[datetime, ...] = ()
    marks: frozenset[str] = frozenset()


def test_json_says_days_moments_and_sets_in_its_own_way() -> None:
    told = from_json(Fitting, {"day": "2026-03-29", "moment": "2026-03-29T01:30:00Z", "marks": ["a", "a"]})
    assert (told.day, told.marks) == (date(2026, 3, 29), frozenset({"a"}))


@pytest.mark.parametrize(
    "guess", [{"number": "5"}, {"number": 5.0}, {"number": True}, {"truth": 1}, {"truth": "yes"}, {"moment": 1}]
)
def test_a_type_in_json_is_never_guessed(guess: dict[str, object]) -> None:
    with pytest.raises(Problem) as refused:
        from_json(Fitting, guess)
    assert refused.value.pointer == f"/{next(iter(guess))}"


@pytest.mark.parametrize("absurd", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00", "0001-01-01T00:00:00"])
def test_a_moment_that_has_no_utc_is_refused(absurd: str) -> None:
    with pytest.raises(Problem) as refused:
        from_json(Fitting, {"moments": [absurd]})
    assert (refused.value.code, refused.value.pointer) == ("moment_out_of_range", "/moments/0")
    with pytest.raises(Problem) as refused:
        from_words(Fitting, {"moment": absurd})
    assert (refused.value.code, refused.value.pointer) == ("moment_out_of_range", "/moment")


@pytest.mark.parametrize("wrong", ["2026-02-30", "2026-13-01", "yesterday", "-1-01-01", "2026-03-02T00:00:01Z"])
def test_a_day_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(Problem) as refused:
        from_json(Fitting, {"day": wrong})
    assert refused.value.pointer == "/day"


def test_words_of_an_address_are_read_as_what_the_field_wants() -> None:
    told = from_words(Fitting, {"number": "5", "truth": "true", "marks": ["a", "b"]})
    assert (told.number, told.truth, told.marks) == (5, True, frozenset({"a", "b"}))
