"""What a reader promises about order, repeats, gaps and poison."""

from functools import partial
from typing import Any

import pytest

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.policy import Policy
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.failures import TooManyRaces
from shared.chassis.ports import Remove, Unavailable
from shared.chassis.reading.asking import Asking
from shared.chassis.reading.breaker import Breaker, TooManyParked
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.policies import PolicyEffect
from shared.chassis.reading.positions import Positions, Standing
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.replaying import NotNext, NotParked, Replaying
from tests.support.shoe_order import AddNote, ShipOrder
from tests.support.shoes_events import NoteAdded, OrderPaid, OrderShipped, PairStocked
from tests.unit.chassis.reading.bench import TOPIC, Answers, Failing, QuickClock, Topic, taken


def when_paid_ship(event: OrderPaid) -> ShipOrder:
    """Ship what is paid; an amount of 1313 is a bug in the policy."""
    if event.amount_pence == 1313:
        raise ZeroDivisionError
    return ShipOrder(order_id=f"{event.order_id}.{event.amount_pence}")


class Closed(Refusal):
    """The shop is closed."""


def policy_reader(store: Any, clock: QuickClock, answers: Answers, *policies: Any) -> Reader:
    patience = Patience(clock, "policies", Counts())
    rows = [Policy(each) for each in policies or (when_paid_ship,)]
    events = {event for row in rows for event in row.events}
    effects = partial(PolicyEffect, rows, Asking(answers, patience))
    return Reader("policies", Catalogue(events), effects, store=store, clock=clock, patience=patience)


@pytest.fixture
def reader(store: Any, clock: QuickClock, answers: Answers) -> Reader:
    return policy_reader(store, clock, answers)


@pytest.fixture
def operators(reader: Reader, store: Any, clock: QuickClock) -> Replaying:
    return Replaying(reader, store, clock)


def paid(topic: Topic, order: str, number: int, **more: Any) -> Any:
    return topic.add(
        OrderPaid(order_id=order, amount_pence=more.pop("amount", number)), f"order-{order}", number, **more
    )


async def position(reader: Reader, stream: str) -> tuple[int, str | None]:
    """What is written when all is settled."""
    await reader.settle()
    standing = (await reader.positions.read([f"shoes/{stream}"], fresh=True))[f"shoes/{stream}"]
    return standing.sequence, standing.parked


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


async def test_poison_holds_up_its_own_stream_only(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    poison = paid(topic, "a", 2, value=b"{")
    await reader.take([paid(topic, "a", 1), poison, paid(topic, "a", 3), paid(topic, "b", 1)])
    await reader.take([paid(topic, "a", 4), paid(topic, "b", 2)])
    assert answers.asked() == ["a.1", "b.1", "b.2"]
    assert await position(reader, "order-a") == (1, "failed")
    assert [(row["sequence"], row["kind"]) for row in await operators.parked()] == [
        (2, "unreadable"),
        (3, "behind"),
        (4, "behind"),
    ]


async def test_another_stream_of_the_same_key_flows_past_the_poison(
    reader: Reader, topic: Topic, answers: Answers
) -> None:
    await reader.take([paid(topic, "a", 1, key="shop", value=b""), paid(topic, "b", 1, key="shop")])
    assert answers.asked() == ["b.1"]


async def test_what_is_parked_keeps_its_bytes(reader: Reader, topic: Topic, operators: Replaying) -> None:
    poison = paid(topic, "a", 1, value=b"\xff\x00{")
    await reader.take([poison])
    kept = await operators.show("policies|shoes/order-a|000000000001")
    assert kept["value"] == b"\xff\x00{"
    assert [tuple(pair) for pair in kept["headers"]] == list(poison.headers)
    assert (kept["topic"], kept["partition"], kept["offset"]) == ("shoes-events", 0, 0)
    assert kept["correlation"] == "corr"


async def test_a_message_too_large_for_a_document_is_kept_as_a_file(
    reader: Reader, topic: Topic, store: Any, operators: Replaying
) -> None:
    await reader.take([paid(topic, "a", 1, value=b"x" * 5_000_000)])
    kept = await operators.show("policies|shoes/order-a|000000000001")
    assert kept["value"] is None
    assert len((await store.fetch_file(kept["file"]))[0]) == 5_000_000


async def test_a_message_of_no_stream_is_parked_by_its_place(
    reader: Reader, topic: Topic, operators: Replaying
) -> None:
    broken = paid(topic, "a", 1)
    nameless = type(broken)("shoes-events", 3, 77, b"k", b"?", (("ce_id", b"\xff"),))
    await reader.take([nameless, broken])
    assert [row["_id"] for row in await operators.parked()] == ["policies|shoes-events/3/77"]
    assert await position(reader, "order-a") == (1, None)
    await operators.discard_unplaced("policies|shoes-events/3/77", "nonsense", "ops")
    assert await operators.parked() == []


async def test_headers_that_disagree_are_unreadable(reader: Reader, topic: Topic, operators: Replaying) -> None:
    honest = paid(topic, "a", 1)
    twice = type(honest)(TOPIC, 0, 9, b"k", honest.value, (*honest.headers, ("ce_subject", b"order-z")))
    await reader.take([twice])
    assert [row["code"] for row in await operators.parked()] == ["headers disagree"]


async def test_a_refused_command_parks_its_event(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: Closed()
    await reader.take([paid(topic, "a", 1)])
    assert [(row["kind"], row["code"], row["tries"]) for row in await operators.parked()] == [("refused", "closed", 1)]


async def test_a_policy_that_fails_parks_its_event(reader: Reader, topic: Topic, operators: Replaying) -> None:
    await reader.take([paid(topic, "a", 1, amount=1313)])
    assert [row["code"] for row in await operators.parked()] == ["ZeroDivisionError"]


async def test_an_unknown_failure_is_parked_after_five_tries(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: RuntimeError("?")
    await reader.take([paid(topic, "a", 1)])
    assert len(answers.rounds) == 5
    assert [(row["kind"], row["tries"]) for row in await operators.parked()] == [("unknown", 5)]


async def test_too_many_races_are_worth_another_try(reader: Reader, topic: Topic, answers: Answers) -> None:
    races = [TooManyRaces(), TooManyRaces()]
    answers.reply = lambda _request: races.pop() if races else None
    await reader.take([paid(topic, "a", 1)])
    assert answers.asked() == ["a.1"]


async def test_one_stream_that_fails_again_and_again_does_not_stop_the_reader() -> None:
    breaker = Breaker(window=50, limit=20)
    for _ in range(50):
        breaker.note("shoes/order-a")
    assert not breaker.tripped


async def test_failures_long_ago_do_not_stop_the_reader() -> None:
    breaker = Breaker(window=50, limit=20)
    for number in range(40):
        breaker.note(f"shoes/order-{number}")
        breaker.note(None)
        breaker.note(None)
    assert not breaker.tripped


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


async def test_replay_puts_back_in_order_and_the_stream_flows_again(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: Closed()
    await reader.take([paid(topic, "a", number) for number in range(1, 41)])
    answers.reply = lambda _request: None
    result = await operators.replay()
    assert answers.asked() == [f"a.{number}" for number in range(1, 41)]
    assert [(each.taken, each.stopped_at) for each in result] == [(40, None)]
    await reader.take([paid(topic, "a", 41)])
    assert await position(reader, "order-a") == (41, None)


async def test_replay_stops_at_what_fails_again(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    await reader.take([paid(topic, "a", 1, value=b""), paid(topic, "a", 2)])
    [result] = await operators.replay("shoes/order-a")
    assert (result.taken, result.stopped_at) == (0, 1)
    assert [(row["sequence"], row["tries"]) for row in await operators.parked()] == [(1, 2), (2, 0)]
    assert await position(reader, "order-a") == (0, "failed")


async def test_a_message_that_is_given_up_lets_the_rest_follow(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying, store: Any
) -> None:
    await reader.take([paid(topic, "a", 1, value=b""), paid(topic, "a", 2)])
    with pytest.raises(NotNext):
        await operators.discard("shoes/order-a", 2, "typo", "ops")
    await operators.discard("shoes/order-a", 1, "broken at the source", "ops")
    [kept] = await store.find("discarded", {})
    assert (kept["reason"], kept["by"], kept["value"]) == ("broken at the source", "ops", b"")
    await operators.replay("shoes/order-a")
    assert answers.asked() == ["a.2"]
    with pytest.raises(NotParked):
        await operators.discard("shoes/order-a", 3, "typo", "ops")


async def test_a_missing_message_may_be_given_up(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    await reader.take([paid(topic, "a", 2)])
    await operators.discard("shoes/order-a", 1, "lost before our time", "ops")
    await operators.replay()
    assert answers.asked() == ["a.2"]
    assert await position(reader, "order-a") == (2, None)


async def test_the_reader_stops_when_too_many_streams_fail(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: Closed()
    await reader.take([paid(topic, f"o{number}", 1) for number in range(19)])
    with pytest.raises(TooManyParked):
        await reader.take([paid(topic, "last", 1)])
    assert reader.stuck_on == ("too_many_parked",)
    with pytest.raises(TooManyParked):
        await reader.take([paid(topic, "other", 1)])
    assert len(answers.rounds) == 2
    assert len(await operators.parked()) == 19


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


async def test_a_message_that_comes_while_the_flag_is_cleared_is_not_left_behind(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    """The live reader decides to park while the replay finds nothing left: the flag must not win over the message."""
    answers.reply = lambda _request: Closed()
    live = policy_reader(store, clock, answers)
    await live.take([paid(topic, "a", 1)])
    answers.reply = lambda _request: None
    live_store, other = Failing(store), Positions(store, "policies", live.patience)
    late = policy_reader(live_store, clock, answers)

    async def clear_meanwhile() -> None:
        await Replaying(policy_reader(store, clock, answers), store, clock).replay()

    original = late.parking.keep

    async def keep_after_clearing(*given: Any) -> None:
        await clear_meanwhile()
        await original(*given)

    late.parking.keep = keep_after_clearing  # type: ignore[method-assign, assignment]  # another process comes in between
    await late.take([paid(topic, "a", 2)])
    standing = (await other.read(["shoes/order-a"]))["shoes/order-a"]
    assert (standing.sequence, standing.parked) == (2, None)
    assert answers.asked() == ["a.1", "a.2"]


async def test_a_message_parked_while_the_replay_looks_is_replayed_too(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    """The replay finds nothing left, then the live reader parks one more, then the replay wants to clear the flag."""
    answers.reply = lambda _request: Closed()
    live = policy_reader(store, clock, answers)
    await live.take([paid(topic, "a", 1)])
    answers.reply = lambda _request: None
    replaying_reader = policy_reader(store, clock, answers)
    original, second = replaying_reader.parking.of_stream, paid(topic, "a", 2)

    async def look_then_park(stream: str, limit: int) -> Any:
        found = await original(stream, limit)
        if not found and second is not None and not await store.count("parked", {"sequence": 2}):
            await live.take([second])
        return found

    replaying_reader.parking.of_stream = look_then_park  # type: ignore[method-assign]  # another process comes in between
    await Replaying(replaying_reader, store, clock).replay()
    assert answers.asked() == ["a.1", "a.2"]
    assert await position(live, "order-a") == (2, None)
    assert await store.count("parked", {}) == 0


async def test_what_a_crash_leaves_parked_although_it_was_taken_goes_with_its_bytes(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    """Killed after the position has moved, before the parked message was taken away."""
    failing = Failing(store)
    doomed, large = policy_reader(failing, clock, answers), paid(topic, "a", 2, value=b"x" * 5_000_000)
    await doomed.take([paid(topic, "a", 1, value=b""), large, paid(topic, "b", 1, value=b"")])
    failing.before = lambda call, collection, given: (
        RuntimeError("killed") if (call, collection) == ("write", "parked") and _removes(given) else None
    )
    operators = Replaying(doomed, failing, clock)
    for sequence in (1, 2):
        with pytest.raises(RuntimeError):
            await operators.discard("shoes/order-a", sequence, "broken", "ann")
    alive = Replaying(policy_reader(store, clock, answers), store, clock)
    assert await store.count("parked", {}) == 3
    assert await alive.tidy() == 2
    assert [row["stream"] for row in await store.find("parked", {})] == ["shoes/order-b"]
    assert await store.fetch_file("policies|shoes/order-a|000000000002") is not None, "what is given up keeps its bytes"


async def test_a_message_that_was_taken_takes_its_bytes_along(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    """Killed in the middle of taking it away: the row is still there to say which bytes go with it."""
    failing = Failing(store)
    doomed = policy_reader(failing, clock, answers)
    await doomed.take([paid(topic, "a", 1, value=b"x" * 5_000_000)])
    await doomed.positions.move([Standing("shoes/order-a", 1, None, await mark(store), touched=True)])
    failing.after = lambda call, *_: RuntimeError("killed") if call in ("drop_file", "write") else None
    with pytest.raises(RuntimeError):
        await Replaying(doomed, failing, clock).tidy()
    assert await Replaying(policy_reader(store, clock, answers), store, clock).tidy() == 1
    assert await store.fetch_file("policies|shoes/order-a|000000000001") is None
    assert await store.count("parked", {}) == 0


async def mark(store: Any) -> str:
    (position,) = await store.find("positions", {})
    return str(position["mark"])


def _removes(given: Any) -> bool:
    return any(isinstance(write, Remove) for write in given[0])


def when_noted_note(event: NoteAdded | OrderShipped) -> AddNote | None:
    return None


async def test_a_policy_that_wants_nothing_asks_nothing(
    store: Any, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    reader = policy_reader(store, clock, answers, when_noted_note)
    await reader.take([topic.add(OrderShipped(order_id="a", customer_id="c"), "order-a", 1)])
    assert answers.rounds == []
    assert await position(reader, "order-a") == (1, None)
