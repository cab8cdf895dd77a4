"""What a reader promises about order, repeats, gaps and poison."""

from typing import Any

import pytest

from shared.chassis.ports import Unavailable
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.replaying import Replaying
from tests.support.shoe_order import AddNote
from tests.support.shoes_events import NoteAdded, OrderShipped, PairStocked
from tests.unit.chassis.reading.bench import Answers, Failing, QuickClock, Topic, taken
from tests.unit.chassis.reading.policy_reading import Closed, paid, policy_reader, position


async def test_one_key_goes_in_order_and_keys_go_side_by_side(reader: Reader, topic: Topic, answers: Answers) -> None:
    batch = [paid(topic, order, number) for number in (1, 2, 3) for order in ("a", "b")]
    await reader.take(batch)
    assert answers.asked() == ["a.1", "b.1", "a.2", "b.2", "a.3", "b.3"]
    assert len(answers.rounds) == 3
    assert await position(reader, "order-a") == (3, None)


async def test_streams_of_one_key_wait_for_one_another(reader: Reader, topic: Topic, answers: Answers) -> None:
    await reader.take([paid(topic, "a", 1, key="shop"), paid(topic, "b", 1, key="shop")])
    assert [len(causes) for causes in answers.rounds] == [1, 1]


async def test_a_request_says_which_event_it_comes_from(reader: Reader, topic: Topic, answers: Answers) -> None:
    await reader.take([paid(topic, "a", 1)])
    asked = answers.done[0]
    assert asked.cause == "event:order-a#1:when_paid_ship"
    assert (asked.causation_id, asked.correlation_id, asked.region) == ("order-a#1", "corr", "north")
    assert (asked.actor.kind, asked.actor.regions) == ("system", frozenset({"north"}))


async def test_a_repeat_is_dropped_and_counted(reader: Reader, topic: Topic, answers: Answers) -> None:
    first = paid(topic, "a", 1)
    await reader.take([first, first])
    await reader.take([first])
    assert sum(map(len, answers.rounds)) == 1
    assert reader.counts.of("policies", "repeats") == 2


async def test_an_event_that_is_nothing_to_us_moves_the_position(reader: Reader, topic: Topic) -> None:
    await reader.take([topic.add(PairStocked(pair_id="p", stock_number="1", size=40), "pair-p", 1)])
    assert await position(reader, "pair-p") == (1, None)


async def test_after_a_gap_the_stream_waits_and_goes_on_when_the_missing_one_comes(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    one, two, three, four = (paid(topic, "a", number) for number in (1, 2, 3, 4))
    stalled = await reader.take([one, three])
    assert stalled == {"shoes/order-a"}
    await operators.follow(stalled)
    assert answers.asked() == ["a.1"]
    assert await position(reader, "order-a") == (1, "gap")
    assert [row["kind"] for row in await operators.parked()] == ["gap"]
    await operators.follow(await reader.take([four, two]))
    assert answers.asked() == ["a.1", "a.2", "a.3", "a.4"]
    assert await position(reader, "order-a") == (4, None)
    assert await operators.parked() == []


async def test_what_is_away_is_waited_for_and_said(
    reader: Reader, topic: Topic, answers: Answers, clock: QuickClock
) -> None:
    seen: list[tuple[str, ...]] = []

    def away(request: object) -> Exception | None:
        return Unavailable() if len(seen) < 20 else None

    answers.reply = away
    clock.on_sleep = lambda: seen.append(reader.stuck_on)
    await reader.take([paid(topic, "a", 1)])
    assert seen == [("handling",)] * 20
    assert reader.stuck_on == ()
    assert answers.asked() == ["a.1"]


async def test_a_crash_between_effect_and_position_repeats_and_loses_nothing(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    failing = Failing(store)
    batch = [paid(topic, "a", 1), paid(topic, "a", 2, value=b""), paid(topic, "a", 3)]
    failing.before = lambda call, collection, _given: (
        RuntimeError("killed") if collection == "positions" and call in ("write", "insert_many") else None
    )
    with pytest.raises(RuntimeError):
        await policy_reader(failing, clock, answers).take(batch)
    assert await store.count("positions", {}) == 0
    again = policy_reader(store, clock, answers)
    await again.take(batch)
    assert answers.asked() == ["a.1"]
    assert [len(causes) for causes in answers.rounds] == [1, 1]
    assert await position(again, "order-a") == (1, "failed")
    assert await store.count("parked", {}) == 2


async def test_a_lost_reply_to_the_position_is_no_conflict(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    failing, lost = Failing(store), [Unavailable(), Unavailable()]
    failing.after = lambda call, collection, _given: (
        lost.pop() if lost and collection == "positions" and call in ("write", "insert_many") else None
    )
    reader = policy_reader(failing, clock, answers)
    await reader.take([paid(topic, "a", 1)])
    await reader.take([paid(topic, "a", 2)])
    assert reader.counts.of("policies", "contended") == 0
    assert await position(reader, "order-a") == (2, None)


async def test_a_reader_that_was_overtaken_does_not_move_the_position_back(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    slow, quick = (policy_reader(store, clock, answers) for _ in range(2))
    batch = [paid(topic, "a", number) for number in (1, 2, 3, 4)]
    await taken(slow, batch[:1])
    await taken(quick, batch[:4])
    await taken(slow, batch[:2])
    assert await position(quick, "order-a") == (4, None)
    assert slow.counts.of("policies", "contended") == 1
    await quick.take([paid(topic, "a", 5)])
    assert answers.asked() == ["a.1", "a.2", "a.3", "a.4", "a.5"]


async def test_many_batches_move_a_position_once(reader: Reader, topic: Topic, store: Any) -> None:
    for number in range(1, 6):
        await reader.take([paid(topic, "a", number)])
    assert await store.count("positions", {}) == 0
    assert await position(reader, "order-a") == (5, None)


async def test_what_holds_up_a_stream_is_written_at_once(reader: Reader, topic: Topic, store: Any) -> None:
    await reader.take([paid(topic, "a", 1), paid(topic, "a", 2, value=b""), paid(topic, "b", 1)])
    [written] = await store.find("positions", {})
    assert (written["stream"], written["sequence"], written["parked"]) == ("shoes/order-a", 1, "failed")


async def test_what_was_done_and_not_written_is_done_again_after_a_crash_and_changes_nothing(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    batch = [paid(topic, "a", number) for number in (1, 2, 3)]
    await policy_reader(store, clock, answers).take(batch)
    again = policy_reader(store, clock, answers)
    await again.take([*batch, paid(topic, "a", 4)])
    assert answers.asked() == ["a.1", "a.2", "a.3", "a.4"]
    assert await position(again, "order-a") == (4, None)


async def test_who_was_overtaken_does_not_forget_what_he_has_done(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic, operators: Replaying
) -> None:
    """Two believe that the partition is theirs; the other one could not take what this one has taken already."""
    batch = [paid(topic, "a", number) for number in (1, 2, 3)]
    mine, other = (policy_reader(store, clock, answers) for _ in range(2))
    await mine.take(batch)
    answers.reply = lambda _request: Closed()
    await other.take(batch[:2])
    answers.reply = lambda _request: None
    await mine.settle()
    await operators.replay()
    assert await position(other, "order-a") == (3, None)
    assert await operators.parked() == []
    await mine.take([paid(topic, "a", 4)])
    assert await position(mine, "order-a") == (4, None)


def when_noted_note(event: NoteAdded | OrderShipped) -> AddNote | None:
    return None


async def test_a_policy_that_wants_nothing_asks_nothing(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    reader = policy_reader(store, clock, answers, when_noted_note)
    await reader.take([topic.add(OrderShipped(order_id="a", customer_id="c"), "order-a", 1)])
    assert answers.rounds == []
    assert await position(reader, "order-a") == (1, None)
