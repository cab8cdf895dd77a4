"""Whether a reader took what is there."""

from collections.abc import Mapping

from deploy.ops.judging import Reach, ReaderSeen, judged

ENDS = {"shoes/order-1": 3}
DONE = {"shoes/order-1": Reach(3, held_up=False)}


def seen(
    *, before: Mapping[str, Reach] = DONE, after: Mapping[str, Reach] = DONE, lag: int = 0
) -> list[tuple[str, str]]:
    found = judged(ReaderSeen("views", before, after, lag), "shoes", ENDS)
    return [(violation.stream, violation.promise) for violation in found]


def at(sequence: int, *, held_up: bool = False) -> dict[str, Reach]:
    return {"shoes/order-1": Reach(sequence, held_up)}


def test_one_that_took_everything_is_right() -> None:
    assert seen() == []


def test_one_that_is_behind_without_lag_skipped_something() -> None:
    assert seen(before=at(2), after=at(2)) == [("views|shoes/order-1", "nothing skipped")]
    assert seen(before={}, after={}) == [("views|shoes/order-1", "nothing skipped")]


def test_one_that_is_behind_and_lags_is_on_its_way() -> None:
    assert seen(before=at(2), after=at(2), lag=1) == []


def test_one_that_is_held_up_skipped_nothing() -> None:
    assert seen(before=at(2, held_up=True), after=at(2, held_up=True)) == []


def test_one_that_was_ahead_before_the_topic_was_read_made_it_up() -> None:
    assert seen(before=at(4), after=at(4)) == [("views|shoes/order-1", "no reader ahead of the topic")]


def test_one_that_went_on_after_the_topic_was_read_is_right() -> None:
    assert seen(after=at(9)) == []


def test_a_stream_of_another_publisher_is_judged_with_its_own_topic() -> None:
    other = {**DONE, "laces/order-7": Reach(5, held_up=False)}
    assert seen(before=other, after=other) == []
