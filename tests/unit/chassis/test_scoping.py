"""What lies in another region is not there: for rules that look things up, for errands, and for queries."""

import dataclasses
from pathlib import Path

from pydantic import BaseModel

from shared.chassis.assembling import Around, assemble
from shared.chassis.cards.copies import COPIES
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.wire import CardRecord
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Query, QueryTools
from shared.chassis.documents import DOCUMENTS
from shared.chassis.drivers.memory_broker import MemoryBroker, MemoryCluster
from shared.chassis.drivers.memory_store import MemoryStore
from tests.support.shoe_counter import shoe_counter
from tests.support.shoe_order import CLERKS, Order, PlaceOrder
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock, asking, shoe_works
from tests.support.tokens import NOW, token

KEYS = KeyRing.parse("k1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
TEXT = {"_id": "d1", "stream": "order-o1", "region": "north", "text": "a word"}


async def test_a_rule_looks_only_at_things_of_its_region() -> None:
    works = await shoe_works()
    placed = PlaceOrder(order_id="o1", shop_id="s", customer_id="c", price_pence=1)
    await works.handling.handle(asking(placed, "k1"))
    assert await works.handling.look_in("north")(Order, "o1") is not None
    assert await works.handling.look_in("south")(Order, "o1") is None


async def test_an_errand_has_only_cards_and_texts_of_its_region() -> None:
    store = MemoryStore()
    broker = MemoryBroker(MemoryCluster())
    shop = assemble(SHOES, Around(store=store, broker=broker, clock=SetClock(NOW), keys=KEYS, deployment="test"))
    sealed = KEYS.seal(b'{"name": "Catherine"}', CardRecord("cat", "north", 1, None).about)
    await store.insert(COPIES, {"_id": "cat", "region": "north", "revision": 1, "sealed": sealed, "erased": False})
    await store.insert(DOCUMENTS, TEXT)
    tools = shop.readers._around.tools
    here, there = tools("north"), tools("south")
    assert (await here.card("cat"), await here.text("d1")) == ({"name": "Catherine"}, "a word")
    assert (await there.card("cat"), await there.text("d1")) == (None, None)


class Whose(BaseModel):
    """Whose card, and which text."""

    person_id: Key
    document_id: Key


class Found(BaseModel):
    """What was there."""

    card: bool
    text: bool


async def found(question: Whose, tools: QueryTools) -> Found:
    """Whether they are there."""
    card, text = await tools.card(question.person_id), await tools.text(question.document_id)
    return Found(card=card is not None, text=text is not None)


async def test_a_query_has_only_cards_and_texts_of_the_viewers_regions(tmp_path: Path) -> None:
    asked = Query(path="found", read_by=CLERKS, question=Whose, answer=found)
    async with shoe_counter(tmp_path, dataclasses.replace(SHOES, queries=(asked,))) as counter:
        await counter.cards.put("cat", {"name": "Catherine"}, "north")
        await counter.store.insert(DOCUMENTS, TEXT)
        place = "/v1/found?person_id=cat&document_id=d1"
        here, there = token("clerk"), token("clerk", regions=["south"])
        assert (await counter.get(place, here)).json() == {"card": True, "text": True}
        assert (await counter.get(place, there)).json() == {"card": False, "text": False}
