"""What the folding reader promises: equal to a rebuild, repeats ignored, no lost update, nothing lost at a swap."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Message, Remove
from shared.chassis.reading import leases
from shared.chassis.reading.asking import Asking
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.folding import FoldEffect
from shared.chassis.reading.leases import Lease, Leased, LeaseLost
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.pause import UntilOpen
from shared.chassis.reading.projections import commands_of, projections_of
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.rebuilding import Rebuilding
from shared.chassis.reading.replaying import Replaying
from shared.chassis.reading.ticker import Ticker
from tests.support.shoe_order import ExpireOrder
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderCancelled, OrderPaid, OrderPlaced, PairHeld, PairReleased, PairStocked
from tests.unit.chassis.reading.bench import NOW, Answers, Failing, QuickClock, Topic, taken

PROJECTIONS = projections_of(SHOES)
BOARD = "view_order-board"
SHELF = "view_pairs"


class TooEarly(Refusal):
    """Not yet."""


def views_reader(store: Any, clock: QuickClock) -> Reader:
    patience = Patience(clock, "views", Counts())
    until_open = UntilOpen(store, clock, patience, [each.collection for each in PROJECTIONS])
    effects = partial(FoldEffect, PROJECTIONS, store, patience, until_open)
    catalogue = Catalogue({event for each in PROJECTIONS for event in each.events})
    return Reader("views", catalogue, effects, store=store, clock=clock, patience=patience)


def rebuilding(store: Any, topic: Topic, clock: QuickClock, collection: str = BOARD) -> Rebuilding:
    chosen = [each for each in PROJECTIONS if each.collection == collection]
    return Rebuilding(views_reader(store, clock), chosen, store=store, broker=topic, clock=clock)  # type: ignore[arg-type]  # a stand-in for the broker


def ticker(store: Any, clock: QuickClock, answers: Answers) -> Ticker:
    patience = Patience(clock, "ticker", Counts())
    return Ticker(store, clock, Asking(answers, patience), patience, commands_of(SHOES))


def placed(topic: Topic, order: str, number: int = 1, **more: Any) -> Message:
    event = OrderPlaced(order_id=order, shop_id="s", customer_id="c", price_pence=5, placed_at=NOW)
    return topic.add(event, f"order-{order}", number, **more)


def some_history(topic: Topic) -> list[Message]:
    placed(topic, "a")
    placed(topic, "b", region="south")
    topic.add(PairStocked(pair_id="p.1", stock_number="7", size=40), "pair-p.1", 1)
    topic.add(PairHeld(pair_id="p.1", order_id="a"), "pair-p.1", 2)
    topic.add(OrderPaid(order_id="a", amount_pence=5), "order-a", 2)
    topic.add(PairReleased(pair_id="p.1", order_id="a"), "pair-p.1", 3)
    topic.add(OrderCancelled(order_id="b"), "order-b", 2)
    return list(topic.messages)


def killed_before_writing(where: str) -> Any:
    return lambda call, collection, _given: RuntimeError("killed") if collection == where and call != "get" else None


async def rows(store: Any, collection: str = BOARD) -> dict[str, Any]:
    found = await store.find(collection, {})
    return {row["_id"]: {name: row[name] for name in row if name != "mark"} for row in found}


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


async def test_rebuilt_equals_live(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    history = some_history(topic)
    for message in history:
        await taken(views_reader(store, clock), [message])
    live = {name: await rows(store, name) for name in (BOARD, SHELF, "deadlines")}
    for name, expected in live.items():
        compared = await rebuilding(store, topic, clock, name).verify()
        assert (compared.equal, compared.moving, compared.different) == (len(expected), 0, [])
        await rebuilding(store, topic, clock, name).rebuild()
        assert await rows(store, name) == expected


async def test_verify_names_the_rows_that_differ(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    await taken(views_reader(store, clock), some_history(topic))
    row = (await store.get(BOARD, ["a"]))["a"]
    await store.claim(BOARD, "a", {}, {"row": {**row["row"], "status": "eaten"}})
    await store.write(BOARD, [Remove("b")])
    await store.insert(BOARD, {**row, "_id": "y"})
    await store.insert(BOARD, {**row, "_id": "z", "fed": []})
    compared = await rebuilding(store, topic, clock).verify()
    assert compared.different == ["a", "b", "y", "z"]
    assert (await store.get(BOARD, ["a"]))["a"]["row"]["status"] == "eaten"
    assert await store.count(f"{BOARD}.rebuilt", {}) == 0


async def test_verify_forgives_a_live_reader_that_has_not_come_so_far(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    await taken(views_reader(store, clock), some_history(topic)[:3])
    compared = await rebuilding(store, topic, clock).verify()
    assert (compared.equal, compared.moving, compared.different) == (0, 2, [])


async def test_nothing_that_comes_during_a_rebuild_is_lost_at_the_swap(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    live = views_reader(store, clock)
    await taken(live, some_history(topic))
    readings, late, held = [0], list[Message](), list[asyncio.Task[Any]]()
    original, shop = topic.read_all, topic

    async def read_all(topic: str, after: Any = None) -> Any:
        readings[0] += 1
        async for message in original(topic, after):
            yield message
        late.append(placed(shop, f"late{readings[0]}"))
        if readings[0] == 1:
            await taken(live, late)
        else:
            held.append(asyncio.ensure_future(taken(live, [late[-1]])))
            for _ in range(20):
                await asyncio.sleep(0)
            assert "late2" not in await rows(store)

    topic.read_all = read_all  # type: ignore[method-assign]  # another process comes in between
    await rebuilding(store, topic, clock).rebuild()
    assert {"a", "b", "late1"} <= set(await rows(store))
    await held[0]
    assert set(await rows(store)) == {"a", "b", "late1", "late2"}


async def test_a_batch_that_began_before_the_swap_is_folded_anew(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    live = views_reader(store, clock)
    await taken(live, some_history(topic))
    paid = topic.add(OrderPaid(order_id="b", amount_pence=5), "order-b", 3)
    failing, swapped = Failing(store), list[bool]()
    overtaken = views_reader(failing, clock)
    original = store.write

    async def write_after_swap(collection: str, given: Any) -> bool:
        if collection == BOARD and not swapped:
            swapped.append(True)
            placed(topic, "c")
            await rebuilding(store, topic, clock).rebuild()
        return await original(collection, given)

    failing.write = write_after_swap  # type: ignore[attr-defined]  # another process comes in between
    await taken(overtaken, [paid])
    assert (await rows(store))["b"]["row"]["status"] == "paid"
    assert set(await rows(store)) == {"a", "b", "c"}
    assert overtaken.counts.of("views", "contended") == 1


async def test_one_rebuild_at_a_time(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    await Lease(store, clock, f"rebuild|{BOARD}").take()
    with pytest.raises(Leased):
        await rebuilding(store, topic, clock).rebuild()


async def test_a_lease_lapses_when_its_holder_died(store: MemoryStore, clock: QuickClock) -> None:
    dead, next_one = Lease(store, clock, "x"), Lease(store, clock, "x")
    await dead.take()
    clock.time += timedelta(seconds=61)
    await next_one.take()
    with pytest.raises(LeaseLost):
        await dead.renew()
    await dead.release()
    await next_one.renew()


async def test_a_lease_that_lapsed_is_lost_even_when_nobody_took_it(store: MemoryStore, clock: QuickClock) -> None:
    lease = Lease(store, clock, "x")
    await lease.take()
    clock.time += timedelta(seconds=61)
    with pytest.raises(LeaseLost):
        await lease.renew()


async def test_work_is_stopped_when_its_lease_is_lost(
    store: MemoryStore, clock: QuickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.001)
    stopped = asyncio.Event()

    async def work() -> None:
        clock.time += timedelta(seconds=61)
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    with pytest.raises(LeaseLost):
        await Lease(store, clock, "x").hold(work())
    assert stopped.is_set()


async def test_a_rebuild_passes_over_what_was_given_up(store: MemoryStore, clock: QuickClock, topic: Topic) -> None:
    reader = views_reader(store, clock)
    placed(topic, "a", 1, value=b"{")
    topic.add(OrderPaid(order_id="a", amount_pence=5), "order-a", 2)
    await taken(reader, topic.messages)
    operators = Replaying(reader, store, clock)
    stopped = (await rebuilding(store, topic, clock).rebuild()).stopped
    assert [why.kind for why in stopped.values()] == ["unreadable"]
    await operators.discard("shoes/order-a", 1, "broken", "ops")
    await operators.replay()
    live = await rows(store)
    assert live["a"]["row"]["status"] == "paid"
    assert (await rebuilding(store, topic, clock).rebuild()).stopped == {}
    assert await rows(store) == live


async def test_a_moment_that_comes_is_asked_for_once(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a"), placed(topic, "b"), *paid_for(topic, "b")])
    assert await ticker(store, clock, answers).tick() == 0
    clock.time = NOW + timedelta(days=2)
    first = ticker(store, clock, answers)
    assert (await first.tick(), await first.tick()) == (1, 0)
    assert [request.command for request in answers.done] == [ExpireOrder(order_id="a")]
    assert answers.done[0].cause == "deadline:unpaid-order:a:2026-03-04T09:00:00+00:00"
    assert (answers.done[0].region, answers.done[0].causation_id) == ("north", "order-a#1")


def paid_for(topic: Topic, order: str) -> list[Message]:
    return [topic.add(OrderPaid(order_id=order, amount_pence=5), f"order-{order}", 2)]


async def test_two_tickers_do_no_harm(store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    await asyncio.gather(ticker(store, clock, answers).tick(), ticker(store, clock, answers).tick())
    assert len(answers.done) == 1
    assert await ticker(store, clock, answers).tick() == 0


async def test_a_moment_that_is_refused_is_not_asked_for_again(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    answers.reply = lambda _request: TooEarly()
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    one = ticker(store, clock, answers)
    assert (await one.tick(), await one.tick(), one.refused) == (1, 0, 1)


async def test_a_moment_that_fails_for_no_known_reason_is_tried_again_later(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    answers.reply = lambda _request: RuntimeError("?")
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    one = ticker(store, clock, answers)
    assert (await one.tick(), await one.tick(), one.postponed) == (1, 0, 1)
    answers.reply = lambda _request: None
    clock.time += timedelta(minutes=1)
    assert await one.tick() == 1
    assert answers.done[0].cause.endswith("2026-03-04T09:00:00+00:00")


async def test_a_thing_that_never_has_a_moment_leaves_no_row(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    await taken(views_reader(store, clock), [topic.add(OrderPaid(order_id="a", amount_pence=5), "payment-a", 1)])
    assert await rows(store, "deadlines") == {}
    await taken(views_reader(store, clock), [placed(topic, "a"), *paid_for(topic, "a")])
    assert (await rows(store, "deadlines"))["unpaid-order|a"]["moment"] is None


def follow(due: Due | None, event: OrderPlaced) -> Due:
    del due
    return Due(at=event.placed_at, ask=ExpireOrder(order_id=event.order_id))


async def test_a_moment_that_moves_is_asked_for_again(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    moving = Deadline(name="unpaid-order", key=lambda event: event.order_id, fold=follow)
    shop = type(SHOES)(name="shoes", aggregates=SHOES.aggregates, deadlines=(moving,))
    chosen, patience = projections_of(shop), Patience(clock, "views", Counts())

    async def at_once() -> None:
        return None

    effects = partial(FoldEffect, chosen, store, patience, at_once)
    reader = Reader("views", Catalogue({OrderPlaced}), effects, store=store, clock=clock, patience=patience)
    await taken(reader, [placed(topic, "a")])
    one = ticker(store, clock, answers)
    assert await one.tick() == 1
    again = OrderPlaced(order_id="a", shop_id="s", customer_id="c", price_pence=5, placed_at=NOW)
    await taken(reader, [topic.add(again, "order-a", 2)])
    assert await one.tick() == 0
    later = again.model_copy(update={"placed_at": NOW + timedelta(microseconds=1)})
    await taken(reader, [topic.add(later, "order-a", 3)])
    clock.time = NOW + timedelta(seconds=1)
    assert await one.tick() == 1
    assert len(answers.done) == 2


async def test_marking_a_moment_as_asked_does_not_hide_one_that_moved_meanwhile(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)

    def while_asking(request: Any) -> None:
        store._collections["deadlines"]["unpaid-order|a"].update(mark="another", moment="later")

    answers.reply = while_asking
    await ticker(store, clock, answers).tick()
    assert (await store.get("deadlines", ["unpaid-order|a"]))["unpaid-order|a"]["asked"] is False


async def test_a_rebuild_of_deadlines_keeps_what_was_asked(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    await ticker(store, clock, answers).tick()
    await rebuilding(store, topic, clock, "deadlines").rebuild()
    assert await ticker(store, clock, answers).tick() == 0
