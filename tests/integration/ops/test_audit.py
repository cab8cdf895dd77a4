"""The audit of a running platform: clean when sound, and each planted damage is named."""

import asyncio
from typing import Any

import pytest

from deploy.ops.audit import audited
from shared.chassis.auditing import Audit
from shared.chassis.ids import new_id
from shared.chassis.ports import Change, Remove, Unavailable
from tests.support.shoe_order import PayOrder, PlaceOrder


def placing(name: str) -> PlaceOrder:
    return PlaceOrder(order_id=name, shop_id="s", customer_id="c", price_pence=500)


async def looked_at(shops: Any, settle: float = 10.0) -> Audit:
    [found] = await audited(shops.environments, settle_seconds=settle, find=shops.find)
    return found


async def test_a_sound_platform_is_clean(shops: Any, live: Any) -> None:
    await live.orders(5)
    found = await looked_at(shops)
    assert (found.violations, found.waiting, found.lag) == ([], 0, 0)
    assert (found.commits, found.messages) == (5, 5)


class NobodyThere:
    """A producer for as long as Kafka is away."""

    async def send(self, *_: object) -> None:
        raise Unavailable("away")


async def test_it_waits_for_what_is_on_its_way(shops: Any, live: Any) -> None:
    relay, producer = live.at.relay, live.at.relay._producer
    relay._producer = NobodyThere()
    await live.ask(placing("late"))
    assert (await looked_at(shops, settle=0.2)).waiting == 1
    looking = asyncio.create_task(looked_at(shops, settle=30))
    relay._producer = producer
    found = await looking
    assert (found.violations, found.waiting, found.messages) == ([], 0, 1)


async def test_orders_that_are_placed_meanwhile_are_no_violations(shops: Any, live: Any) -> None:
    await live.orders(20)
    stop = asyncio.Event()
    placing_more = asyncio.create_task(place_until(live, stop))
    found = [await looked_at(shops, settle=0.05) for _ in range(3)]
    stop.set()
    await placing_more
    assert [each.violations for each in found] == [[]] * 3


async def place_until(live: Any, stop: asyncio.Event) -> None:
    while not stop.is_set():
        order = await live.ask(placing(new_id()))
        await live.ask(PayOrder(order_id=order, amount_pence=500))


async def test_a_deleted_commit_is_found(shops: Any, live: Any) -> None:
    [order, _] = await live.orders(2)
    await live.at.around.store.write("journal", [Remove(f"order-{order}:1")])
    [violation] = (await looked_at(shops)).violations
    assert (violation.stream, violation.promise) == (f"order-{order}", "decided")


async def test_an_edited_event_is_found(shops: Any, live: Any) -> None:
    [order, _] = await live.orders(2)
    name = f"order-{order}:1"
    commit = (await live.at.around.store.get("journal", [name]))[name]
    commit["events"][0]["data"]["price_pence"] = 1
    await live.at.around.store.write("journal", [Change(name, {"events": commit["events"]})])
    [violation] = (await looked_at(shops)).violations
    assert (violation.stream, violation.promise) == (f"order-{order}", "not tampered with")


async def test_an_invented_record_is_found(shops: Any, live: Any) -> None:
    [order] = await live.orders(1)
    await live.poison(f"order-{order}", 2, b'{"order_id": "o0", "amount_pence": 1}')
    [violation] = (await looked_at(shops)).violations
    assert (violation.stream, violation.promise) == (f"order-{order}", "nothing invented")


@pytest.mark.parametrize(
    ("sequence", "promise"), [(0, "nothing skipped"), (9, "no reader ahead of the topic")], ids=["behind", "ahead"]
)
async def test_a_reader_that_is_not_where_it_says_is_found(shops: Any, live: Any, sequence: int, promise: str) -> None:
    [order] = await live.orders(1)
    position = f"views|shoes/order-{order}"
    await live.at.around.store.write("positions", [Change(position, {"sequence": sequence})])
    [violation] = (await looked_at(shops)).violations
    assert (violation.stream, violation.promise) == (position, promise)


async def test_a_parked_stream_is_held_up_and_not_skipped(shops: Any, live: Any) -> None:
    await live.orders(1)
    await live.poison()
    found = await looked_at(shops)
    assert {violation.promise for violation in found.violations} == {"decided"}


async def test_what_nobody_reads_is_lag_and_no_violation(shops: Any, live: Any) -> None:
    await live.orders(1)
    await live.at.around.broker.stop_reading()
    await live.ask(placing("unread"))
    found = await looked_at(shops, settle=1.0)
    assert (found.violations, found.waiting, found.lag) == ([], 0, 3)
