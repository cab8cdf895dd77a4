"""What a worker clears away: nothing that is still needed, and nothing stays for ever."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.chassis.assembling import Around, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.commits import JOURNAL
from shared.chassis.documents import DOCUMENTS
from shared.chassis.drivers.memory_broker import MemoryBroker, MemoryCluster
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.housekeeping import keep_house
from shared.chassis.http.files import FILES
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.refusals import REFUSALS
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock
from tests.support.tokens import NOW

KEYS = KeyRing.parse("k1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
OLD = NOW - timedelta(days=100)
HELD = {"stream": "order-1", "cause": "c", "region": "north", "holder": "h", "gone": False}


class Indexed(MemoryStore):
    """Remembers what was to be quick, and what unique."""

    def __init__(self) -> None:
        super().__init__()
        self.quick: set[tuple[str, ...]] = set()
        self.one: set[tuple[str, ...]] = set()

    async def indexed(self, collection: str, fields: Any) -> None:
        self.quick.add((collection, *fields))

    async def unique(self, collection: str, fields: Any) -> None:
        self.one.add((collection, *fields))


def around(store: MemoryStore) -> Around:
    return Around(store=store, broker=MemoryBroker(MemoryCluster()), clock=SetClock(NOW), keys=KEYS, deployment="test")


async def test_what_is_over_goes_and_what_is_not_stays() -> None:
    store, clock = MemoryStore(), SetClock(NOW)
    shop = assemble(SHOES, replace(around(store), clock=clock))
    parked = {"reader": "views", "stream": "s", "file": None}
    await store.insert(POSITIONS, {"_id": "views|s", "reader": "views", "sequence": 1, "parked": "failed", "mark": "m"})
    await store.insert(PARKED, {"_id": "views|s|1", "sequence": 1, **parked})
    await store.insert(PARKED, {"_id": "views|s|2", "sequence": 2, **parked})
    for age, at in (("old", OLD), ("young", NOW)):
        await store.insert(REFUSALS, {"_id": age, "at": at})
        await store.insert(DOCUMENTS, {"_id": age, "at": at, **HELD})
        await store.insert(FILES, {"_id": age, "at": at, **HELD})
    await keep_house(shop)
    clock.pass_by(hours=1)
    await keep_house(shop)
    for collection in (REFUSALS, DOCUMENTS, FILES):
        assert [each["_id"] for each in await store.find(collection, {})] == ["young"], collection
    assert [each["sequence"] for each in await store.find(PARKED, {})] == [2]


async def test_what_is_asked_by_the_correlation_id_is_quick_and_nothing_new_is_unique() -> None:
    """A unique index is looked into by every insert before it is stored; this one is only written beside it."""
    store = Indexed()
    await assemble(SHOES, around(store)).prepare()
    assert {(JOURNAL, "correlation"), (REFUSALS, "correlation"), (REFUSALS, "region", "at")} <= store.quick
    assert {each for each in store.one if each[0] == JOURNAL} == {(JOURNAL, "stream", "cause")}
