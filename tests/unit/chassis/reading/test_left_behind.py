"""What a process that died left behind neither comes back nor opens what must stay shut."""

import asyncio
from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Unavailable
from shared.chassis.reading import leases
from shared.chassis.reading.asking import request_after
from shared.chassis.reading.item import item_of
from shared.chassis.reading.leases import LEASES, LeaseLost
from shared.chassis.reading.parking import stream_id
from shared.chassis.reading.pause import pause_name, paused
from shared.chassis.reading.positions import Standing
from shared.chassis.reading.replaying import Replaying
from tests.support.shoe_order import PayOrder, ShipOrder
from tests.unit.chassis.reading.bench import Answers, QuickClock, Topic
from tests.unit.chassis.reading.folds import BOARD, placed, rebuilding, views_reader
from tests.unit.chassis.reading.policy_reading import paid, policy_reader, position


async def pause_ends(store: MemoryStore) -> Any:
    return (await store.get(LEASES, [pause_name(BOARD)]))[pause_name(BOARD)]["until"]


async def test_readers_stay_paused_when_nobody_knows_whether_the_replacement_happens(
    store: MemoryStore, clock: QuickClock
) -> None:
    with pytest.raises(Unavailable):
        async with paused(store, clock, BOARD):
            raise Unavailable
    assert await pause_ends(store) > clock.now()


async def test_readers_go_on_at_once_when_the_replacement_is_over_or_was_given_up(
    store: MemoryStore, clock: QuickClock
) -> None:
    async with paused(store, clock, BOARD):
        assert await pause_ends(store) > clock.now()
    assert await pause_ends(store) <= clock.now()
    with pytest.raises(ZeroDivisionError):
        async with paused(store, clock, BOARD):
            raise ZeroDivisionError
    assert await pause_ends(store) <= clock.now()


async def test_a_replacement_that_lost_its_pause_is_stopped(
    clock: QuickClock, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.001)

    class Slow(MemoryStore):
        async def swap(self, collection: str, replacement: str) -> None:
            await self.claim(LEASES, pause_name(BOARD), {}, {"by": "another"})
            await asyncio.Event().wait()

    with pytest.raises(LeaseLost):
        async with asyncio.timeout(1):
            await rebuilding(Slow(), topic, clock).rebuild()


async def test_rows_of_a_rebuild_that_died_do_not_come_into_the_next(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    placed(topic, "a")
    await views_reader(store, clock).take(topic.messages)
    (row,) = await store.find(BOARD, {})
    await store.insert(f"{BOARD}.rebuilt", {**row, "_id": "ghost"})
    await rebuilding(store, topic, clock).rebuild()
    assert [each["_id"] for each in await store.find(BOARD, {})] == ["a"]


async def test_a_replay_that_was_overtaken_does_not_move_the_position_back(
    store: MemoryStore, clock: QuickClock, answers: Answers
) -> None:
    reader = policy_reader(store, clock, answers)
    await reader.positions.move([Standing("shoes/order-a", 5, "failed", None, touched=True)])
    await Replaying(reader, store, clock)._advance("shoes/order-a", 3, "failed")
    assert await position(reader, "order-a") == (5, "failed")


async def test_what_is_given_up_is_written_down_before_the_reader_passes_it(
    store: MemoryStore, clock: QuickClock, answers: Answers, topic: Topic
) -> None:
    """A rebuild passes over what was given up and over nothing else: it must not know less than the reader did."""

    class Full(MemoryStore):
        async def insert_many(self, collection: str, documents: Any) -> Any:
            if collection == "discarded":
                raise Unavailable
            return await super().insert_many(collection, documents)

    full = Full()
    reader = policy_reader(full, clock, answers)
    await reader.take([paid(topic, "a", 1, value=b"")])
    with pytest.raises(Unavailable):
        await Replaying(reader, full, clock).discard("shoes/order-a", 1, "broken", "ann")
    assert await position(reader, "order-a") == (0, "failed")
    assert await full.count("parked", {"_id": stream_id("policies", "shoes/order-a", 1)}) == 1


def test_an_event_that_comes_again_after_its_policy_was_rewritten_asks_the_same(topic: Topic) -> None:
    item = item_of(placed(topic, "a"), "")
    item.open(views_reader(MemoryStore(), QuickClock()).catalogue)
    before = request_after(item.envelope, ShipOrder(order_id="a"), "policy", None)
    after = request_after(item.envelope, PayOrder(order_id="a", amount_pence=1), "policy", None)
    assert (before.cause, before.fingerprint) == (after.cause, after.fingerprint)
