"""The readers on the real broker and database: handled, relayed, read, parked, put back, rebuilt."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.chassis.catalogue import Catalogue
from shared.chassis.clock import SystemClock
from shared.chassis.declarations.command import Command
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from shared.chassis.handling import Handling
from shared.chassis.journal import Journal
from shared.chassis.ports import Store
from shared.chassis.reading.readers import Readers, Surroundings
from shared.chassis.refusals import RefusalBook
from shared.chassis.relay import Relay
from tests.support.eventually import eventually
from tests.support.shoe_order import CancelOrder, Order, PayOrder, PickPair, PlaceOrder, ShipOrder
from tests.support.shoe_pair import Pair, StockPair
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import ForgetfulDocuments, asking
from tests.support.stack import Stack

PAIR = "3f7c6a0e"


class Courier:
    """Tools that hold a courier who counts the calls."""

    look: Any = None

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def card(self, person_id: str) -> Any:
        return None

    async def addressee(self, person_id: str) -> Any:
        return None

    async def text(self, document_id: str) -> str | None:
        return None

    def gateway(self, name: str) -> Any:
        return self

    async def book(self, order: str) -> str:
        self.calls.append(order)
        return f"ref-{order}"


@dataclass
class Shop:
    """One process of the shop."""

    store: Store
    broker: KafkaBroker
    handling: Handling
    readers: Readers
    courier: Courier
    topic: str

    async def ask(self, command: Command) -> str:
        outcome = await self.handling.handle(asking(command, f"key-{command!r}"))
        return outcome.thing.thing_id

    async def row(self, key: str) -> Any:
        return (await self.store.get("view_order-board", [key])).get(key, {}).get("row")

    async def stop(self) -> None:
        await self.broker.stop()
        await self.store.close()


Open = Callable[[], Awaitable[Shop]]


async def furnished(store: Store, broker: KafkaBroker, topic_prefix: str) -> Shop:
    """Put the parts of a shop together, and let it read."""
    topic, clock, courier = f"{topic_prefix}shoes-events", SystemClock(), Courier()
    relay = Relay(store, broker, clock, topic, "/sixsteps/test/shoes")
    events = [event for row in SHOES.aggregates for event in row.events]
    journal = Journal(store, Catalogue(events), relay.learn, relay.doubt)
    relay.on_published = journal.published
    handling = Handling(SHOES, journal, clock, ForgetfulDocuments(), RefusalBook(store, clock))
    around = Surroundings(store, broker, clock, handling, lambda _region: courier, prefix=topic_prefix)
    readers = Readers(SHOES, around)
    await journal.prepare()
    await readers.prepare()
    readers.subscribe()
    await broker.start()
    return Shop(store, broker, handling, readers, courier, topic)


@pytest.fixture(params=["motor", "pymongo"])
async def open_shop(
    request: pytest.FixtureRequest, stack: Stack, database_name: str, topic_prefix: str
) -> AsyncIterator[Open]:
    """Start one more process of the same shop."""
    opened: list[Shop] = []
    options = KafkaOptions(servers=stack.kafka, client="test", session_seconds=6.0, stop_seconds=4.0)
    await create_topics(options, [kept_for_ever(f"{topic_prefix}shoes-events", 3, 1)])
    open_store = open_motor_store if request.param == "motor" else open_pymongo_store

    async def open_one() -> Shop:
        opened.append(await furnished(open_store(stack.mongo, database_name), KafkaBroker(options), topic_prefix))
        return opened[-1]

    yield open_one
    for shop in opened:
        await shop.stop()


async def caught_up(shop: Shop) -> bool:
    return not any((await shop.readers.lag()).values())


async def test_events_become_effects_rows_moments_and_calls_once(open_shop: Open) -> None:
    shop = await open_shop()
    pair = await shop.ask(StockPair(pair_id=PAIR, stock_number="77", size=40))
    order = await shop.ask(PlaceOrder(order_id="x", shop_id="s", customer_id="c", price_pence=500))
    other = await shop.ask(PlaceOrder(order_id="y", shop_id="s", customer_id="d", price_pence=500))
    await shop.ask(PickPair(order_id=order, pair_id=pair))
    await shop.ask(PayOrder(order_id=order, amount_pence=500))
    await shop.ask(ShipOrder(order_id=order))

    async def called() -> bool:
        found = await shop.handling.look_in("north")(Order, order)
        return found is not None and found.courier == "booked"

    await eventually(called, "the courier is booked", 30)
    await eventually(lambda: caught_up(shop), "the readers have caught up", 30)
    assert shop.courier.calls == [order]
    assert (await shop.row(order))["status"] == "shipped"
    assert (await shop.row(order))["pair_id"] == pair
    due = await shop.store.find("deadlines", {"asked": False})
    assert [moment["key"] for moment in due] == [other]
    assert due[0]["due_at"] > SystemClock().now() + timedelta(days=1)
    for name in ("order-board", "pairs", "deadlines"):
        compared = await shop.readers.rebuilding(name).verify()
        assert (compared.different, compared.moving) == ([], 0)
        assert compared.equal > 0


async def test_a_cancelled_order_lets_its_pair_go_also_after_a_restart(open_shop: Open) -> None:
    first = await open_shop()
    pair = await first.ask(StockPair(pair_id=PAIR, stock_number="78", size=41))
    order = await first.ask(PlaceOrder(order_id="x", shop_id="s", customer_id="c", price_pence=500))
    await first.ask(PickPair(order_id=order, pair_id=pair))
    await eventually(lambda: caught_up(first), "the readers have caught up", 30)
    await first.broker.stop()
    second = await open_shop()
    await second.ask(CancelOrder(order_id=order))

    async def released() -> bool:
        found = await second.handling.look_in("north")(Pair, pair)
        return found is not None and found.order_id is None

    await eventually(released, "the pair is free", 30)
    await eventually(lambda: caught_up(second), "the readers have caught up", 30)
    assert (await second.row(order))["status"] == "cancelled"
    assert second.readers.counts.of("policies", "gaps") == 0
    position = await second.store.get("positions", [f"views|shoes/pair-{pair}"])
    assert position[f"views|shoes/pair-{pair}"]["sequence"] == 3


async def test_poison_on_the_topic_is_parked_discarded_and_the_rest_replayed(open_shop: Open) -> None:
    shop = await open_shop()
    headers = (("ce_subject", b"order-z"), ("ce_sequence", b"1"))
    await shop.broker.send(shop.topic, b"order-z", b"\xff\x00", headers)
    order = await shop.ask(PlaceOrder(order_id="x", shop_id="s", customer_id="c", price_pence=500))
    views = shop.readers.replaying("views")

    async def parked() -> bool:
        return bool(await views.parked()) and await caught_up(shop)

    await eventually(parked, "the poison is parked, and the rest read", 30)
    assert [row["_id"] for row in await views.parked()] == ["views|shoes/order-z|000000000001"]
    assert (await views.show("views|shoes/order-z|000000000001"))["value"] == b"\xff\x00"
    assert (await shop.row(order))["status"] == "placed"
    [stopped] = await views.replay()
    assert stopped.stopped_at == 1
    await views.discard("shoes/order-z", 1, "nonsense", "ops")
    [went] = await views.replay("shoes/order-z")
    assert went.stopped_at is None
    assert await views.parked() == []
    assert shop.readers.ready


async def test_a_rebuild_while_events_arrive_loses_none(open_shop: Open) -> None:
    shop = await open_shop()
    await asyncio.gather(*(shop.ask(placing(number)) for number in range(20)))
    await eventually(lambda: caught_up(shop), "the readers have caught up", 30)
    rebuild = asyncio.create_task(shop.readers.rebuilding("order-board").rebuild())
    await asyncio.gather(*(shop.ask(placing(number)) for number in range(20, 60)))
    assert (await rebuild).stopped == {}
    await eventually(lambda: caught_up(shop), "the readers have caught up", 30)
    assert await shop.store.count("view_order-board", {}) == 60
    compared = await shop.readers.rebuilding("order-board").verify()
    assert (compared.equal, compared.moving, compared.different) == (60, 0, [])


def placing(number: int) -> PlaceOrder:
    return PlaceOrder(order_id=f"o{number}", shop_id="s", customer_id="c", price_pence=500)
