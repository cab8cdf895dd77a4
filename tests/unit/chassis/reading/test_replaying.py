"""What putting back and giving up promise: in order, and nothing left behind, whatever comes or dies meanwhile."""

from typing import Any

import pytest

from shared.chassis.ports import Remove
from shared.chassis.reading.positions import Positions, Standing
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.replaying import NotNext, NotParked, Replaying
from tests.unit.chassis.reading.bench import Answers, Failing, QuickClock, Topic
from tests.unit.chassis.reading.policy_reading import Closed, paid, policy_reader, position


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
