"""What holds the machinery together when replies are lost, memory is short, and others were first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
from typing_extensions import override

from shared.chassis import journal, relay
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.grouping import AT_ONCE, Grouping
from shared.chassis.ports import Document, Unavailable, Write
from shared.chassis.streams import SNAPSHOTS
from tests.support.eventually import eventually
from tests.support.shoe_order import AddNote, PayOrder, PickPair, PlaceOrder, ShipOrder
from tests.support.shoe_pair import StockPair
from tests.support.shoe_works import Topic, Works, asking, shoe_works

PLACE = PlaceOrder(order_id="o1", shop_id="shop-1", customer_id="c-1", price_pence=5_000)


async def note(works: Works, *names: str) -> None:
    for name in names:
        await works.handling.handle(asking(AddNote(order_id="o1", note=name), name))


async def placed(works: Works, orders: int) -> None:
    for number in range(orders):
        order = PLACE.model_copy(update={"order_id": f"o{number}"})
        await works.handling.handle(asking(order, f"k{number}"))


class Losing(MemoryStore):
    """Loses the reply to the next insert into the journal, and the next mark altogether, when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.inserts = 0
        self.marks = 0

    @override
    async def insert(self, collection: str, document: Document) -> None:
        await super().insert(collection, document)
        if collection == JOURNAL and self.inserts:
            self.inserts -= 1
            raise Unavailable

    @override
    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        if collection == JOURNAL and self.marks:
            self.marks -= 1
            raise Unavailable
        return await super().write(collection, writes)


async def test_a_commit_of_which_nobody_knows_is_looked_for_at_once() -> None:
    store, topic = Losing(), Topic()
    works = await shoe_works(store, topic)
    running = asyncio.create_task(works.relay.run(sweep_seconds=3_600))
    for _ in range(20):
        await asyncio.sleep(0)  # it has swept once, and waits
    store.inserts = 1
    with pytest.raises(Unavailable):
        await works.handling.handle(asking(PLACE, "k1"))
    await eventually(lambda: topic.sequences("order-o1") == [1], "it is sent before the next sweep is due")
    running.cancel()


class Interrupted(Losing):
    """Lets something happen just after a sweep has looked, and marks nothing while it is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.slow = False

    @override
    async def find(self, collection: str, where: Mapping[str, Any], **how: Any) -> list[Document]:
        found = await super().find(collection, where, **how)
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        return found

    @override
    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        if self.slow:
            await asyncio.Event().wait()
        return await super().write(collection, writes)


async def test_a_commit_that_is_doubted_while_a_sweep_runs_is_looked_for_at_once_too() -> None:
    store, topic = Interrupted(), Topic()
    works = await shoe_works(store, topic)
    running = asyncio.create_task(works.relay.run(sweep_seconds=3_600))
    for _ in range(20):
        await asyncio.sleep(0)  # it has swept once, and waits

    async def lose_the_reply() -> None:
        store.inserts = 1
        with pytest.raises(Unavailable):
            await works.handling.handle(asking(PLACE, "k1"))

    store.meanwhile = lose_the_reply
    works.relay.doubt()
    await eventually(lambda: topic.sequences("order-o1") == [1], "it is sent before the next sweep is due")
    running.cancel()


async def test_what_is_cut_off_while_it_is_marked_is_marked_the_next_time() -> None:
    store = Interrupted()
    works = await shoe_works(store)
    await works.handling.handle(asking(PLACE, "k1"))
    await eventually(lambda: works.relay.backlog == 0, "it is sent")
    store.slow = True
    marking = asyncio.create_task(works.relay.mark())
    await asyncio.sleep(0)
    marking.cancel()
    await asyncio.wait({marking})
    store.slow = False
    await works.relay.mark()
    assert await store.count(JOURNAL, {"relayed": False}) == 0


async def test_what_could_not_be_marked_is_marked_the_next_time() -> None:
    store = Losing()
    works = await shoe_works(store)
    await works.handling.handle(asking(PLACE, "k1"))
    await eventually(lambda: works.relay.backlog == 0, "it is sent")
    store.marks = 1
    with pytest.raises(Unavailable):
        await works.relay.mark()
    await works.relay.mark()
    assert await store.count(JOURNAL, {"relayed": False}) == 0


async def test_no_snapshot_is_kept_ahead_of_what_may_not_be_on_the_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads on from a snapshot looks at nothing before it, and would send what follows first."""
    monkeypatch.setattr(journal, "SNAPSHOT_EVERY", 1)
    works = await shoe_works(producer=Silent())
    await works.handling.handle(asking(PLACE, "k1"))
    await note(works, "n1", "n2")
    await works.journal.published("order-o1", 3)
    assert await works.store.count(SNAPSHOTS, {}) == 0
    for revision in (1, 2, 3):
        await works.journal.published("order-o1", revision)
    assert await works.store.count(SNAPSHOTS, {}) == 1
    await works.relay.drain(0)


class Silent(Topic):
    """Acknowledges nothing."""

    @override
    async def send(self, *_: Any) -> None:
        await asyncio.Event().wait()


async def test_only_so_many_streams_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "CACHED_STREAMS", 2)
    monkeypatch.setattr(relay, "REMEMBERED_STREAMS", 2)
    works = await shoe_works()
    await placed(works, 5)
    assert len(works.journal._cache) == 2
    await works.relay.drain(1)
    assert len(works.relay._last) == 2
    await note(works, "n1")
    assert [each["revision"] for each in await works.store.find(JOURNAL, {"stream": "order-o1"})] == [1, 2]


async def test_a_commit_that_does_not_follow_waits_for_the_one_in_between() -> None:
    topic, store = Topic(), MemoryStore()
    there, here = await shoe_works(store, Silent()), await shoe_works(store, topic)
    await there.handling.handle(asking(PLACE, "k1"))
    await note(there, "n1", "n2")
    first, _, third = await store.find(JOURNAL, {}, order=[("revision", 1)])
    here.relay.learn(first)
    here.relay.learn(third)
    await here.relay.drain(1)
    assert topic.sequences("order-o1") == [1]
    await here.relay.sweep()
    await here.relay.drain(1)
    assert topic.firsts("order-o1") == [1, 2, 3]
    await there.relay.drain(0)


async def test_a_sweep_that_sees_a_later_commit_first_begins_with_the_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay, "SWEEP_LIMIT", 1)
    dead = await shoe_works(producer=Silent())
    await dead.handling.handle(asking(PLACE, "k1"))
    await note(dead, "n1", "n2")
    store, topic = MemoryStore(), Topic()
    for commit in await dead.store.find(JOURNAL, {}, order=[("revision", -1)]):
        await store.insert(JOURNAL, commit)
    alive = await shoe_works(store, topic)
    await alive.relay.sweep()
    await alive.relay.drain(1)
    assert topic.sequences("order-o1") == [1, 2, 3]
    await dead.relay.drain(0)


async def test_a_repeat_that_others_did_is_answered_as_of_then_though_this_process_would_have_said_no() -> None:
    store = MemoryStore()
    here, there = await shoe_works(store), await shoe_works(store)
    await here.handling.handle(asking(PLACE, "k1"))
    pair = (await there.handling.handle(asking(StockPair(pair_id="p", stock_number="s", size=42), "k2"))).thing.thing_id
    await there.handling.handle(asking(PayOrder(order_id="o1", amount_pence=5_000), "k3"))
    await there.handling.handle(asking(PickPair(order_id="o1", pair_id=pair), "k4"))
    shipped = await there.handling.handle(asking(ShipOrder(order_id="o1"), "k5"))
    await note(there, "n1")
    again = await here.handling.handle(asking(ShipOrder(order_id="o1"), "k5"))
    assert (again.thing, again.new) == (shipped.thing, False)


class Groups:
    """Carries out groups when it is let, and remembers them."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.open = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self, items: Sequence[str]) -> Mapping[int, str]:
        self.groups.append(list(items))
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        return {position: f"{item}!" for position, item in enumerate(items)}


async def test_what_gathers_while_groups_are_under_way_goes_next() -> None:
    groups = Groups()
    grouping = Grouping(groups)
    waiting = []
    for item in ("a", "b", "c", "d"):
        waiting.append(asyncio.create_task(grouping.add(item)))
        for _ in range(5):
            await asyncio.sleep(0)
    assert groups.groups == [["a"], ["b"]] and AT_ONCE == 2  # noqa: PT018 - the one follows from the other
    groups.open.set()
    async with asyncio.timeout(1):
        assert await asyncio.gather(*waiting) == ["a!", "b!", "c!", "d!"]
    assert groups.groups[2:] == [["c", "d"]]


async def test_a_group_that_fails_fails_all_of_it_and_nobody_else() -> None:
    groups = Groups()
    grouping = Grouping(groups)
    groups.failure = Unavailable()
    groups.open.set()
    async with asyncio.timeout(1):
        found = await asyncio.gather(grouping.add("a"), grouping.add("b"), return_exceptions=True)
        groups.failure = None
        assert [type(each) for each in found] == [Unavailable, Unavailable]
        assert await grouping.add("c") == "c!"


async def test_who_gives_up_waiting_holds_the_group_up_for_nobody() -> None:
    groups = Groups()
    grouping = Grouping(groups)
    impatient, patient = asyncio.create_task(grouping.add("a")), asyncio.create_task(grouping.add("b"))
    for _ in range(5):
        await asyncio.sleep(0)
    impatient.cancel()
    groups.open.set()
    async with asyncio.timeout(1):
        assert await patient == "b!"
