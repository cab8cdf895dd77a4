"""The gauges of the whole service: what is not on the topic yet, what is parked, what has waited how long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import generate_latest

from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.age import Age
from shared.chassis.drivers.memory_broker import MemoryBroker, MemoryCluster
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.http.declared import Undeclared, check
from shared.chassis.measuring import measure
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.projections import view_collection
from tests.support.shoe_shop import BOARD, SHOES
from tests.support.shoe_works import SetClock
from tests.support.tokens import NOW

KEYS = KeyRing.parse("k1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
WAITING = replace(SHOES, ages=(Age(name="order", view=BOARD, since="placed_at"),))


@pytest.fixture
async def shop() -> Assembled:
    cluster = MemoryCluster()
    around = Around(
        store=MemoryStore(), broker=MemoryBroker(cluster), clock=SetClock(NOW), keys=KEYS, deployment="test"
    )
    assembled = assemble(WAITING, around)
    cluster.create(*assembled.readers.topics)
    return assembled


async def told(shop: Assembled, family: str) -> dict[str, float]:
    """The values of one family, by the rest of the line."""
    await measure(shop)
    every = generate_latest(shop.metrics.registry).decode().splitlines()
    lines = (line for line in every if line.startswith(f"sixsteps_{family}{{"))
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


async def keep(shop: Assembled, collection: str, **document: Any) -> None:
    await shop.around.store.insert(collection, document)


async def test_the_outbox_is_what_the_journal_has_and_the_topic_has_not(shop: Assembled) -> None:
    assert list((await told(shop, "commits_unrelayed")).values()) == [0]
    await keep(shop, JOURNAL, _id="order-1:1", stream="order-1", cause="c", relayed=False, at=NOW)
    await keep(shop, JOURNAL, _id="order-1:2", stream="order-1", cause="d", relayed=True, at=NOW)
    assert list((await told(shop, "commits_unrelayed")).values()) == [1]


async def test_parked_messages_are_counted_for_every_reader(shop: Assembled) -> None:
    await keep(shop, PARKED, _id="p1", reader="policies", stream="s", sequence=1)
    counted = await told(shop, "parked_messages")
    assert counted['sixsteps_parked_messages{reader="policies",service="shoes"}'] == 1
    assert counted['sixsteps_parked_messages{reader="views",service="shoes"}'] == 0


async def test_what_has_waited_longest_gives_the_age(shop: Assembled) -> None:
    assert list((await told(shop, "waiting_seconds")).values()) == [0]
    for number, hours in ((1, 3), (2, 5), (3, 4)):
        row = {"order_id": f"o{number}", "placed_at": NOW - timedelta(hours=hours)}
        await keep(shop, view_collection(BOARD.path), _id=f"o{number}", row=row)
    await keep(shop, view_collection(BOARD.path), _id="o4", row=None)
    assert list((await told(shop, "waiting_seconds")).values()) == [5 * 3600]


async def test_every_reader_has_its_lag(shop: Assembled) -> None:
    assert set((await told(shop, "reader_lag")).values()) == {0}


def test_an_age_of_what_the_rows_do_not_have_keeps_the_service_from_starting() -> None:
    wrong = replace(SHOES, ages=(Age(name="order", view=BOARD, since="sold_at"),))
    with pytest.raises(Undeclared, match="age order looks at sold_at"):
        check(wrong)
