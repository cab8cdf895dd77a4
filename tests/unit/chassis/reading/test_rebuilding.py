"""What a rebuild promises: equal to the live rows, one at a time, nothing lost at a swap."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Message, Remove
from shared.chassis.reading import leases
from shared.chassis.reading.leases import Lease, Leased, LeaseLost
from shared.chassis.reading.replaying import Replaying
from tests.support.shoes_events import OrderPaid
from tests.unit.chassis.reading.bench import Failing, QuickClock, Topic, taken
from tests.unit.chassis.reading.folds import BOARD, SHELF, placed, rebuilding, rows, some_history, views_reader


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
