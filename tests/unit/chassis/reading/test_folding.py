"""What the folding reader promises: equal to a rebuild, repeats ignored, no lost update, nothing lost at a swap."""

import asyncio
from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from tests.support.shoes_events import OrderPaid, PairHeld
from tests.unit.chassis.reading.bench import Failing, QuickClock, Topic, taken
from tests.unit.chassis.reading.folds import BOARD, SHELF, placed, rows, some_history, views_reader


def killed_before_writing(where: str) -> Any:
    return lambda call, collection, _given: RuntimeError("killed") if collection == where and call != "get" else None


async def test_a_row_is_folded_from_its_streams_with_the_region_of_the_first(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    await taken(views_reader(store, clock), some_history(topic))
    board = await rows(store)
    assert (board["a"]["row"]["status"], board["a"]["row"]["pair_id"]) == ("paid", "p.1")
    assert board["a"]["fed"] == [["shoes/order-a", 2], ["shoes/pair-p.1", 2]]
    assert (board["a"]["region"], board["b"]["region"]) == ("north", "south")


async def test_repeats_change_no_row_even_when_the_position_was_lost(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    history = some_history(topic)
    await taken(views_reader(store, clock), history)
    before = await store.find(BOARD, {})
    await store.drop("positions")
    await taken(views_reader(store, clock), history)
    assert await store.find(BOARD, {}) == before


async def test_a_row_that_is_gone_is_not_brought_back_by_a_repeat(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    history = [topic.add(PairHeld(pair_id="p", order_id="a"), "pair-p", 1)]
    await taken(views_reader(store, clock), history)
    assert (await rows(store, SHELF))["p"]["row"] is None


async def test_two_writers_at_one_row_lose_no_update(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    placed(topic, "a")
    await taken(views_reader(store, clock), topic.messages)
    paid = topic.add(OrderPaid(order_id="a", amount_pence=5), "order-a", 2)
    held = topic.add(PairHeld(pair_id="p", order_id="a"), "pair-p", 1)
    slow = Failing(store)
    writes: list[asyncio.Task[Any]] = []

    def overtaken(call: str, collection: str, given: Any) -> None:
        if call == "get" and collection == BOARD and not writes:
            writes.append(asyncio.ensure_future(taken(views_reader(store, clock), [held])))

    slow.after = overtaken
    original = slow.inner.write

    reader = views_reader(slow, clock)
    slow.before = lambda _call, _collection, _given: None

    async def write_late(collection: str, given: Any) -> bool:
        if writes:
            await writes[0]
        return await original(collection, given)

    slow.write = write_late  # type: ignore[attr-defined]  # another process comes in between
    await taken(reader, [paid])
    row = (await rows(store))["a"]["row"]
    assert (row["status"], row["pair_id"]) == ("paid", "p")
    assert reader.counts.of("views", "contended") == 1


async def test_two_writers_making_one_row_lose_no_update(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    first, held = placed(topic, "a"), topic.add(PairHeld(pair_id="p", order_id="a"), "pair-p", 1)
    late, quick = views_reader(Late(store), clock), views_reader(store, clock)
    await asyncio.gather(taken(late, [held]), taken(quick, [first]))
    assert late.counts.of("views", "contended") == 1
    row = (await rows(store))["a"]["row"]
    assert (row["status"], row["pair_id"]) == ("placed", "p")


class Late:
    """Writes only after everybody else had a go."""

    def __init__(self, inner: MemoryStore) -> None:
        self._inner = inner

    def __getattr__(self, call: str) -> Any:
        async def late(*given: Any, **named: Any) -> Any:
            if call in ("insert_many", "write"):
                for _ in range(50):
                    await asyncio.sleep(0)
            return await getattr(self._inner, call)(*given, **named)

        return late


async def test_a_crash_between_rows_and_position_changes_nothing_twice(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    history, failing = some_history(topic), Failing(store)
    failing.before = killed_before_writing("positions")
    with pytest.raises(RuntimeError):
        await taken(views_reader(failing, clock), history)
    before = await store.find(BOARD, {})
    await taken(views_reader(store, clock), history)
    assert await store.find(BOARD, {}) == before
    assert len(before) == 2


async def test_the_rows_are_stored_before_the_position(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    failing = Failing(store)
    failing.before = killed_before_writing(BOARD)
    with pytest.raises(RuntimeError):
        await taken(views_reader(failing, clock), some_history(topic))
    assert await store.count("positions", {}) == 0
