"""All readers of a service together, on a broker in memory."""

from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.reading.readers import Readers, Surroundings
from tests.support.eventually import eventually
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderCancelled, OrderPlaced, OrderShipped
from tests.unit.chassis.reading.bench import NOW, Answers, QuickClock, Topic


class Nothing:
    """Tools without anything in them, and a courier who knows one answer."""

    look: Any = None

    async def card(self, person_id: str) -> Any:
        return None

    async def addressee(self, person_id: str) -> Any:
        return None

    async def text(self, document_id: str) -> str | None:
        return None

    def gateway(self, name: str) -> Any:
        return self

    async def book(self, order: str) -> str:
        return order


async def three_told(readers: Readers, broker: MemoryBroker) -> None:
    """An order is placed, shipped and cancelled; returns when every reader has done with that."""
    await readers.prepare()
    readers.subscribe()
    await broker.start()
    placed = OrderPlaced(order_id="a", shop_id="s", customer_id="c", price_pence=1, placed_at=NOW)
    told = [placed, OrderShipped(order_id="a", customer_id="c"), OrderCancelled(order_id="a", pair_id="p")]
    topic = Topic()
    for number, event in enumerate(told, 1):
        message = topic.add(event, "order-a", number)
        await broker.send("t-shoes-events", message.key or b"", message.value, message.headers)

    def all_read() -> bool:
        return all(readers.counts.of(name, "taken") + readers.counts.of(name, "ignored") == 3 for name in readers.names)

    await eventually(all_read, "every reader has done with all three", every=0)
    await broker.stop()


async def test_a_service_reads_what_it_declares(store: MemoryStore, clock: QuickClock, answers: Answers) -> None:
    cluster = MemoryCluster(partitions=3)
    cluster.create("t-shoes-events")
    broker = MemoryBroker(cluster)
    readers = Readers(SHOES, Surroundings(store, broker, clock, answers, lambda _region: Nothing(), prefix="t-"))
    assert readers.names == ("policies", "views", "errands")
    assert readers.topics == {"t-shoes-events"}
    assert readers.groups["views"] == "t-shoes-views"
    await three_told(readers, broker)
    assert await readers.lag() == {"policies": 0, "views": 0, "errands": 0}
    assert sorted(request.cause.rpartition(":")[2] for request in answers.done) == [
        "claim",
        "outcome",
        "when_order_cancelled_release_pair",
    ]
    assert (await store.get("view_order-board", ["a"]))["a"]["row"]["status"] == "cancelled"
    assert readers.ready
    assert (await readers.rebuilding("order-board").verify()).equal == 1
    assert (await readers.rebuilding("deadlines").verify()).equal == 1
    with pytest.raises(KeyError):
        readers.rebuilding("nonsense")


async def test_a_missing_message_that_comes_late_sets_the_stream_going(
    store: MemoryStore, clock: QuickClock, answers: Answers
) -> None:
    cluster = MemoryCluster(partitions=1)
    cluster.create("shoes-events")
    broker = MemoryBroker(cluster)
    readers = Readers(SHOES, Surroundings(store, broker, clock, answers, lambda _region: Nothing()))
    readers.subscribe()
    topic = Topic()
    late, *early = [topic.add(OrderCancelled(order_id="a", pair_id=f"p{n}"), "order-a", n) for n in (1, 2, 3)]
    await broker.start()
    for message in (*early, late):
        await broker.send("shoes-events", b"k", message.value, message.headers)
    await eventually(lambda: answers.asked("pair_id") == ["p1", "p2", "p3"], "all are asked, in order", every=0)
    await broker.stop()
    assert await readers.replaying("policies").blocked_streams() == []
