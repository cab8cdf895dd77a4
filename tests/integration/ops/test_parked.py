"""A poison message: parked, listed, shown, put back after a mend or given up with a reason; the rest follows."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from deploy.ops.parked import discarded, listed, replayed, shown
from deploy.ops.rebuild import verified
from shared.chassis.ports import Unavailable
from shared.chassis.reading.replaying import NotNext, NotParked
from tests.support.shoe_order import CancelOrder, PickPair
from tests.support.shoe_pair import Pair, ReleasePair, StockPair
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderCancelled

POISON = "views|shoes/order-z|000000000001"


def when_order_cancelled_stumble(event: OrderCancelled) -> ReleasePair | None:
    """Our own mistake, to be mended."""
    raise ZeroDivisionError


async def test_a_poison_message_is_listed_without_and_shown_with_its_bytes(shops: Any, live: Any) -> None:
    await live.poison(value=b"\xff\x00")
    found = await listed(shops.environments, find=shops.find)
    assert [each.id for each in found.messages if each.reader == "views"] == [POISON]
    assert {each.kind for each in found.messages} == {"unreadable"}
    assert {(each.reader, each.stream, each.why) for each in found.streams} == {
        (reader, "shoes/order-z", "failed") for reader in ("policies", "views", "errands")
    }
    assert (await shown(shops.service, shops.settings, POISON))["value"] == b"\xff\x00"


async def test_the_list_can_be_narrowed_to_a_reader_and_a_stream(shops: Any, live: Any) -> None:
    await live.poison("order-y")
    await live.poison("order-z")
    found = await listed(shops.environments, "views", "shoes/order-y", find=shops.find)
    assert [each.stream for each in found.messages] == ["shoes/order-y"]
    assert [each.id for each in found.streams] == ["views|shoes/order-y|000000000001"]


async def test_what_is_given_up_lets_the_rest_follow(shops: Any, live: Any) -> None:
    await live.poison()
    [stopped] = await replayed(shops.service, shops.settings, "views")
    assert stopped.stopped_at == 1
    stream = await discarded(shops.service, shops.settings, POISON, "it came from nowhere", "ops")
    assert stream == "shoes/order-z"
    [went] = await replayed(shops.service, shops.settings, "views", stream)
    assert went.stopped_at is None
    assert (await listed(shops.environments, "views", find=shops.find)).messages == []
    [kept] = await live.at.around.store.find("discarded", {"_id": POISON})
    assert (kept["reason"], kept["by"], kept["value"]) == ("it came from nowhere", "ops", b"\xff\x00")


async def test_after_a_mend_what_was_parked_is_put_back_and_its_events_are_sent(shops: Any) -> None:
    broken = replace(shops, service=replace(shops.service, policies=(when_order_cancelled_stumble,)))
    async with broken.open() as live:
        pair = await live.ask(StockPair(pair_id="3f7c6a0e", stock_number="77", size=40))
        [order] = await live.orders(1)
        await live.ask(PickPair(order_id=order, pair_id=pair))
        await live.ask(CancelOrder(order_id=order))
        await live.quiet()
        [parked] = (await listed(broken.environments, find=broken.find)).messages
        assert (parked.reader, parked.kind, parked.code) == ("policies", "unknown", "ZeroDivisionError")
    told: list[Any] = []
    mended = replace(shops.service, policies=SHOES.policies)
    [went] = await replayed(mended, shops.settings, "policies", tell=lambda *each: told.append(each))
    assert (went.taken, went.stopped_at, told) == (1, None, [(went, 1)])
    async with shops.open() as live:
        found = await live.at.handling.look_in("north")(Pair, pair)
        assert found is not None
        assert found.order_id is None
        assert await live.at.around.store.count("journal", {"relayed": False}) == 0
        assert (await listed(shops.environments, find=shops.find)).messages == []


async def test_only_what_holds_up_its_stream_can_be_given_up(shops: Any, live: Any) -> None:
    await live.poison(sequence=1)
    await live.poison(sequence=2)
    with pytest.raises(NotNext):
        await discarded(shops.service, shops.settings, "views|shoes/order-z|000000000002", "why not", "ops")


@pytest.mark.parametrize("name", ["views|shoes/order-none|000000000001", "views|shoes|x|y", "views|nowhere/0/1"])
async def test_what_is_not_parked_cannot_be_given_up(shops: Any, name: str) -> None:
    with pytest.raises(NotParked):
        await discarded(shops.service, shops.settings, name, "why not", "ops")


async def test_a_message_that_is_missing_is_given_up_by_the_id_that_is_listed(shops: Any, live: Any) -> None:
    await live.poison(sequence=2)
    [held_up] = (await listed(shops.environments, "views", find=shops.find)).streams
    assert (held_up.id, held_up.why) == (POISON, "gap")
    await discarded(shops.service, shops.settings, held_up.id, "it never was", "ops")
    [again] = await replayed(shops.service, shops.settings, "views")
    assert again.stopped_at == 2


async def test_a_message_without_a_stream_is_given_up_by_its_place(shops: Any, live: Any) -> None:
    topic = f"{live.at.around.prefix}shoes-events"
    await live.at.around.broker.send(topic, b"k", b"hello", ())
    await live.quiet()
    [message] = (await listed(shops.environments, "views", find=shops.find)).messages
    assert (message.stream, message.sequence) == (None, None)
    assert await discarded(shops.service, shops.settings, message.id, "no headers", "ops") is None
    assert (await listed(shops.environments, "views", find=shops.find)).messages == []


async def test_an_id_of_a_reader_that_is_not_there_is_nothing_parked(shops: Any) -> None:
    with pytest.raises(NotParked):
        await shown(shops.service, shops.settings, "viewers|shoes/order-z|000000000001")


async def test_nothing_waits_for_ever_when_the_database_is_away(shops: Any) -> None:
    away = {**shops.settings, "SIXSTEPS_MONGO": "mongodb://127.0.0.1:9/?directConnection=true"}
    asked = [
        listed({"shoes": away}, find=shops.find),
        shown(shops.service, away, POISON),
        replayed(shops.service, away, "views"),
        replayed(shops.service, away, "views", "shoes/order-z"),
        discarded(shops.service, away, POISON, "why not", "ops"),
        verified(shops.service, away, "pairs"),
    ]
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
