"""How commands are carried out: once each, in order, answered the same when asked again."""

import asyncio

import pytest

from shared.chassis.commits import JOURNAL, Tail, chained
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.failures import IdempotencyMismatch, UnknownThing, VersionMismatch
from shared.chassis.handling import Handling
from shared.chassis.ports import Document, Put, Store, Unavailable
from shared.chassis.refusals import RefusalBook
from shared.chassis.requests import Outcome
from shared.chassis.streams import SNAPSHOTS, UnknownEvent
from tests.support.shoe_order import AddNote, CancelOrder, PayOrder, PickPair, PlaceOrder, ShipOrder
from tests.support.shoe_pair import StockPair
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import CLERK, ForgetfulDocuments, Topic, asking, shoe_works

PLACE = PlaceOrder(order_id="o1", shop_id="shop-1", customer_id="c-1", price_pence=5_000)
PAY = PayOrder(order_id="o1", amount_pence=5_000)


async def commits(store: Store, stream: str) -> list[Document]:
    return await store.find(JOURNAL, {"stream": stream}, order=[("revision", 1)])


async def test_a_command_becomes_one_commit_with_its_events_and_its_cause() -> None:
    works = await shoe_works()
    outcome = await works.handling.handle(asking(PLACE, "k1"))
    (commit,) = await works.store.find(JOURNAL, {})
    assert (outcome.new, outcome.thing.version, commit["_id"], commit["cause"]) == (True, 1, "order-o1:1", "k1")
    assert [event["sequence"] for event in commit["events"]] == [1]


async def test_the_same_request_again_is_answered_as_the_first_time_and_adds_nothing() -> None:
    works = await shoe_works()
    first = await works.handling.handle(asking(PLACE, "k1"))
    await works.handling.handle(asking(PAY, "k2"))
    again = await works.handling.handle(asking(PLACE, "k1"))
    assert again.thing == first.thing
    assert not again.new
    assert len(await commits(works.store, "order-o1")) == 2


async def test_the_same_request_to_another_process_is_answered_as_the_first_time() -> None:
    store = MemoryStore()
    here, there = await shoe_works(store), await shoe_works(store)
    first = await here.handling.handle(asking(PLACE, "k1"))
    again = await there.handling.handle(asking(PLACE, "k1"))
    assert again.thing == first.thing


async def test_a_key_used_for_another_request_is_refused() -> None:
    works = await shoe_works()
    await works.handling.handle(asking(PLACE, "k1"))
    with pytest.raises(IdempotencyMismatch):
        await works.handling.handle(asking(PLACE, "k1", body="something else"))


async def test_a_repeat_is_answered_as_done_although_the_rule_would_now_say_no() -> None:
    store = MemoryStore()
    here, there = await shoe_works(store), await shoe_works(store)
    await here.handling.handle(asking(PLACE, "k1"))
    paid = await here.handling.handle(asking(PAY, "k2"))
    await here.handling.handle(asking(CancelOrder(order_id="o1"), "k3"))
    again = await there.handling.handle(asking(PAY, "k2"))
    assert again.thing == paid.thing


async def test_a_no_on_an_old_state_is_looked_at_again_before_it_goes_out() -> None:
    store = MemoryStore()
    here, there = await shoe_works(store), await shoe_works(store)
    await here.handling.handle(asking(PLACE, "k1"))
    with pytest.raises(Refusal):
        await here.handling.handle(asking(ShipOrder(order_id="o1"), "k2"))
    await there.handling.handle(asking(StockPair(pair_id="p1", stock_number="s1", size=42), "k3"))
    await there.handling.handle(asking(PAY, "k4"))
    await there.handling.handle(asking(PickPair(order_id="o1", pair_id="p1"), "k5"))
    shipped = await here.handling.handle(asking(ShipOrder(order_id="o1"), "k6"))
    assert shipped.thing.version == 4


async def test_fifty_identical_requests_at_once_make_one_commit() -> None:
    store = MemoryStore()
    processes = [await shoe_works(store) for _ in range(5)]
    outcomes = await asyncio.gather(*(processes[n % 5].handling.handle(asking(PLACE, "k1")) for n in range(50)))
    assert len({outcome.thing.version for outcome in outcomes}) == 1
    assert sum(outcome.new for outcome in outcomes) == 1
    assert len(await commits(store, "order-o1")) == 1


async def test_racing_processes_number_their_commits_without_a_gap() -> None:
    store = MemoryStore()
    processes = [await shoe_works(store) for _ in range(4)]
    await processes[0].handling.handle(asking(StockPair(pair_id="p1", stock_number="s1", size=42), "k0"))
    await asyncio.gather(
        *(
            processes[n % 4].handling.handle(
                asking(PlaceOrder(order_id=f"o{n}", shop_id="s", customer_id="c", price_pence=1), f"k{n}")
            )
            for n in range(1, 9)
        )
    )
    for n in range(1, 9):
        assert [c["revision"] for c in await commits(store, f"order-o{n}")] == [1]


async def test_a_version_that_is_not_the_present_one_is_refused_with_the_present_one() -> None:
    works = await shoe_works()
    await works.handling.handle(asking(PLACE, "k1"))
    with pytest.raises(VersionMismatch) as refused:
        await works.handling.handle(asking(PAY, "k2", expected=7))
    assert refused.value.details == {"version": 1}


async def test_a_thing_of_another_region_is_not_there() -> None:
    works = await shoe_works()
    await works.handling.handle(asking(PLACE, "k1"))
    stranger = CLERK.model_copy(update={"regions": frozenset({"south"})})
    with pytest.raises(UnknownThing):
        await works.handling.handle(asking(PAY, "k2", actor=stranger, region="south"))


async def test_what_must_be_agreed_elsewhere_first_is_agreed_first() -> None:
    works = await shoe_works()
    stocked = await works.handling.handle(asking(StockPair(pair_id="p1", stock_number="s1", size=42), "k0"))
    await works.handling.handle(asking(PLACE, "k1"))
    await works.handling.handle(asking(PAY, "k2"))
    await works.handling.handle(asking(PickPair(order_id="o1", pair_id=stocked.thing.thing_id), "k3"))
    held = await works.handling.stored(stocked.thing.aggregate, stocked.thing.thing_id)
    assert held is not None
    assert held.version == 2


async def test_many_commands_keep_their_order_within_a_stream_and_take_one_insert_a_round() -> None:
    works = await shoe_works()
    requests = [asking(PLACE, "k1"), asking(PAY, "k2")] + [
        asking(PlaceOrder(order_id=f"x{n}", shop_id="s", customer_id="c", price_pence=1), f"x{n}") for n in range(20)
    ]
    outcomes = await works.handling.handle_many(requests)
    assert all(isinstance(outcome, Outcome) and outcome.new for outcome in outcomes)
    assert [c["command"] for c in await commits(works.store, "order-o1")] == ["PlaceOrder", "PayOrder"]


async def test_many_commands_done_before_change_nothing() -> None:
    store = MemoryStore()
    requests = [asking(PLACE, "k1"), asking(PAY, "k2")]
    await (await shoe_works(store)).handling.handle_many(requests)
    again = await (await shoe_works(store)).handling.handle_many(requests)
    assert [outcome.new for outcome in again if isinstance(outcome, Outcome)] == [False, False]
    assert len(await commits(store, "order-o1")) == 2


async def test_each_of_many_commands_is_counted_by_what_it_came_to() -> None:
    works, answers = await shoe_works(), list[tuple[str, str]]()
    book = RefusalBook(works.store, works.clock)
    handling = Handling(
        SHOES,
        works.journal,
        works.clock,
        ForgetfulDocuments(),
        book,
        lambda command, result: answers.append((command, result)),
    )
    await handling.handle(asking(PLACE, "k1"))
    answers.clear()
    other = PLACE.model_copy(update={"order_id": "o2"})
    await handling.handle_many([asking(PLACE, "k1"), asking(other, "k2"), asking(ShipOrder(order_id="o1"), "k3")])
    assert sorted(answers) == [("PlaceOrder", "done"), ("PlaceOrder", "repeated"), ("ShipOrder", "not_paid")]


async def test_a_stream_that_nobody_here_can_read_fails_its_own_command_and_no_other() -> None:
    store = MemoryStore()
    await (await shoe_works(store)).handling.handle(asking(PLACE, "k1"))
    (commit,) = await commits(store, "order-o1")
    newer = {**commit, "events": [{**commit["events"][0], "type": "sixsteps.shoes_events.OrderGilded.v1"}]}
    await store.write(JOURNAL, [Put(newer)])

    other = PLACE.model_copy(update={"order_id": "o2"})
    handling = (await shoe_works(store)).handling
    unreadable, readable = await handling.handle_many([asking(PLACE, "k2"), asking(other, "k3")])
    assert isinstance(unreadable, UnknownEvent)
    assert isinstance(readable, Outcome)


async def test_the_chain_of_a_stream_holds_from_commit_to_commit() -> None:
    works = await shoe_works()
    await works.handling.handle(asking(PLACE, "k1"))
    await works.handling.handle(asking(PAY, "k2"))
    tail = Tail()
    for commit in await commits(works.store, "order-o1"):
        assert commit["chain"] == chained(tail.chain, commit)
        tail = tail.after(commit)


class LosesTheReply(MemoryStore):
    """Stores a commit, and then does not say so."""

    lose = False

    async def insert(self, collection: str, document: Document) -> None:
        await super().insert(collection, document)
        if self.lose and collection == JOURNAL:
            self.lose = False
            raise Unavailable


async def test_a_commit_whose_reply_was_lost_is_published_by_the_sweep_and_answered_when_asked_again() -> None:
    store, topic = LosesTheReply(), Topic()
    works = await shoe_works(store, topic)
    store.lose = True
    with pytest.raises(Unavailable):
        await works.handling.handle(asking(PLACE, "k1"))
    assert topic.sequences("order-o1") == []
    await works.relay.sweep()
    await works.relay.drain(1)
    assert topic.sequences("order-o1") == [1]
    assert (await works.handling.handle(asking(PLACE, "k1"))).thing.version == 1


async def test_a_long_stream_is_read_on_from_its_snapshot() -> None:
    store, topic = MemoryStore(), Topic()
    works = await shoe_works(store, topic)
    await works.handling.handle(asking(PLACE, "k0"))
    for n in range(130):
        await works.handling.handle(asking(AddNote(order_id="o1", note=f"note {n}"), f"n{n}"))
        if n % 10 == 0:
            await asyncio.sleep(0)
    await works.relay.drain(2)
    (snapshot,) = await store.find(SNAPSHOTS, {})
    fresh = await shoe_works(store)
    again = await fresh.handling.handle(asking(AddNote(order_id="o1", note="note 3"), "n3"))
    assert snapshot["revision"] >= 100
    assert (again.new, again.thing.version) == (False, 5)
