"""How commits reach the topic: all of them, in order, whatever fails on the way."""

import asyncio

import pytest

from shared.chassis import journal
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Collided, Headers, Rejected, Unavailable
from shared.chassis.streams import SNAPSHOTS
from tests.support.eventually import eventually
from tests.support.shoe_order import AddNote, PlaceOrder
from tests.support.shoe_works import Topic, Works, asking, shoe_works

PLACE = PlaceOrder(order_id="o1", shop_id="shop-1", customer_id="c-1", price_pence=5_000)


class Faltering(Topic):
    """Fails the first so many sends, before or after the record is there."""

    def __init__(self, failures: int, *, after: bool, failure: type[Exception] = Unavailable) -> None:
        super().__init__()
        self.failures = failures
        self.after = after
        self.failure = failure

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        fails = self.failures > 0
        self.failures -= fails
        if not fails or self.after:
            await super().send(topic, key, value, headers)
        if fails:
            raise self.failure


class Holding(Topic):
    """Takes nothing until it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        await self.open.wait()
        await super().send(topic, key, value, headers)


async def notes(works: Works, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        await works.handling.handle(asking(AddNote(order_id="o1", note=f"n{n}"), f"n{n}"))


async def unmarked(works: Works) -> int:
    return await works.store.count(JOURNAL, {"relayed": False})


async def test_what_is_committed_is_sent_in_order_and_marked() -> None:
    topic = Topic()
    works = await shoe_works(producer=topic)
    await works.handling.handle(asking(PLACE, "k1"))
    await notes(works, 5)
    assert await works.relay.drain(1)
    assert topic.sequences("order-o1") == [1, 2, 3, 4, 5, 6]
    assert await unmarked(works) == 0


@pytest.mark.parametrize("after", [False, True])
async def test_a_failed_send_is_repeated_and_nothing_overtakes_it(after: bool) -> None:
    topic = Faltering(3, after=after)
    works = await shoe_works(producer=topic)
    await works.handling.handle(asking(PLACE, "k1"))
    await notes(works, 3)
    await works.relay.drain(2)
    assert topic.firsts("order-o1") == [1, 2, 3, 4]
    assert await unmarked(works) == 0


async def test_a_rejected_event_holds_its_stream_and_no_other() -> None:
    topic = Faltering(1_000, after=False, failure=Rejected)
    works = await shoe_works(producer=topic)
    await works.handling.handle(asking(PLACE, "k1"))
    await eventually(lambda: works.relay.failing, "the relay says that it fails")
    topic.failures = 0
    await works.handling.handle(asking(PlaceOrder(order_id="o2", shop_id="s", customer_id="c", price_pence=1), "k2"))
    await works.relay.drain(1)
    assert topic.firsts("order-o2") == [1]


@pytest.mark.parametrize("after", [False, True])
async def test_a_stream_whose_sending_failed_for_a_reason_nobody_foresaw_is_not_forgotten(after: bool) -> None:
    topic = Faltering(1, after=after, failure=ZeroDivisionError)
    works = await shoe_works(producer=topic)
    await works.handling.handle(asking(PLACE, "k1"))
    await notes(works, 2)
    await works.relay.drain(1)
    await notes(works, 1, start=2)
    await works.relay.sweep()
    await works.relay.drain(1)
    assert topic.firsts("order-o1") == [1, 2, 3, 4]
    assert (await unmarked(works), works.relay.backlog) == (0, 0)


async def test_a_snapshot_that_cannot_be_kept_holds_nobody_up() -> None:
    topic = Topic()
    works = await shoe_works(producer=topic)

    async def met(_stream: str, _revision: int) -> None:
        raise Collided("conflict")

    works.relay.on_published = met
    await works.handling.handle(asking(PLACE, "k1"))
    await notes(works, 2)
    await works.relay.drain(1)
    assert topic.sequences("order-o1") == [1, 2, 3]
    assert await unmarked(works) == 0


async def test_what_a_crash_left_behind_is_found_by_the_sweep_of_another_process() -> None:
    store = MemoryStore()
    dead = await shoe_works(store, Faltering(1_000, after=False))
    await dead.handling.handle(asking(PLACE, "k1"))
    await notes(dead, 3)
    await dead.relay.drain(0.01)
    topic = Topic()
    alive = await shoe_works(store, topic)
    assert await alive.relay.sweep() == 1
    await alive.relay.drain(1)
    assert topic.sequences("order-o1") == [1, 2, 3, 4]


async def test_a_process_sends_what_waits_in_front_before_what_it_adds_itself() -> None:
    store = MemoryStore()
    dead = await shoe_works(store, Faltering(1_000, after=False))
    await dead.handling.handle(asking(PLACE, "k1"))
    await notes(dead, 2)
    await dead.relay.drain(0.01)
    topic = Topic()
    alive = await shoe_works(store, topic)
    await notes(alive, 1, start=7)
    await alive.relay.drain(1)
    assert topic.firsts("order-o1") == [1, 2, 3, 4]


async def test_two_processes_on_one_stream_may_repeat_but_never_reorder() -> None:
    store, topic = MemoryStore(), Topic()
    here, there = await shoe_works(store, topic), await shoe_works(store, topic)
    await here.handling.handle(asking(PLACE, "k1"))
    for n in range(20):
        await notes(here if n % 2 else there, 1, start=n)
        await asyncio.sleep(0)
    await here.relay.drain(1)
    await there.relay.drain(1)
    assert topic.firsts("order-o1") == list(range(1, 22))


async def test_a_stream_without_room_is_left_to_the_sweep_and_follows_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.chassis.relay.BACKLOG_LIMIT", 1)
    topic = Holding()
    works = await shoe_works(producer=topic)
    running = asyncio.create_task(works.relay.run(3_600))
    await works.handling.handle(asking(PLACE, "k1"))
    await notes(works, 4)
    assert works.relay.backlog == 1
    topic.open.set()
    await eventually(lambda: len(topic.firsts("order-o1")) == 5, "all is sent long before the next sweep is due")
    running.cancel()
    await works.relay.drain(1)
    assert topic.firsts("order-o1") == [1, 2, 3, 4, 5]
    assert await unmarked(works) == 0


async def test_the_relay_marks_and_sweeps_by_itself() -> None:
    store = MemoryStore()
    dead = await shoe_works(store, Faltering(1_000, after=False))
    await dead.handling.handle(asking(PLACE, "k1"))
    await dead.relay.drain(0.01)
    topic = Topic()
    alive = await shoe_works(store, topic)
    running = asyncio.create_task(alive.relay.run(30))

    async def all_marked() -> bool:
        return await unmarked(alive) == 0

    await eventually(all_marked, "everything is marked")
    running.cancel()
    assert topic.sequences("order-o1") == [1]


async def test_the_relay_ends_when_told_to_even_in_the_moment_in_which_work_comes() -> None:
    works = await shoe_works()
    running = asyncio.create_task(works.relay.run(30))
    for _ in range(20):
        await asyncio.sleep(0)
    works.relay.doubt()
    await asyncio.sleep(0)
    running.cancel()
    _, going_on = await asyncio.wait({running}, timeout=1)
    running.cancel()
    assert not going_on


async def test_what_was_sent_by_one_who_did_not_live_to_mark_it_is_marked_by_one_who_has_gone_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "SNAPSHOT_EVERY", 5)
    topic = Topic()
    dead = await shoe_works(producer=topic)
    await dead.handling.handle(asking(PLACE, "k1"))
    await notes(dead, 4)
    await eventually(lambda: topic.sequences("order-o1") == [1, 2, 3, 4, 5], "all are sent")
    await eventually(lambda: dead.store.get(SNAPSHOTS, ["order-o1"]), "a snapshot is kept")
    works = await shoe_works(dead.store, topic)
    await notes(works, 1, start=4)
    await works.relay.drain(1)
    assert await unmarked(works) == 5
    await works.relay.sweep()
    await works.relay.drain(1)
    assert await unmarked(works) == 0
    assert topic.sequences("order-o1") == [1, 2, 3, 4, 5, 6]
