"""Readers that fold, over stores in memory, and what they show."""

from functools import partial
from typing import Any

from shared.chassis.catalogue import Catalogue
from shared.chassis.ports import Message
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.folding import FoldEffect
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.pause import UntilOpen
from shared.chassis.reading.projections import projections_of
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.rebuilding import Rebuilding
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderCancelled, OrderPaid, OrderPlaced, PairHeld, PairReleased, PairStocked
from tests.unit.chassis.reading.bench import NOW, QuickClock, Topic

PROJECTIONS = projections_of(SHOES)
BOARD = "view_order-board"
SHELF = "view_pairs"


def views_reader(store: Any, clock: QuickClock) -> Reader:
    patience = Patience(clock, "views", Counts())
    until_open = UntilOpen(store, clock, patience, [each.collection for each in PROJECTIONS])
    effects = partial(FoldEffect, PROJECTIONS, store, patience, until_open)
    catalogue = Catalogue({event for each in PROJECTIONS for event in each.events})
    return Reader("views", catalogue, effects, store=store, clock=clock, patience=patience)


def rebuilding(store: Any, topic: Topic, clock: QuickClock, collection: str = BOARD) -> Rebuilding:
    chosen = [each for each in PROJECTIONS if each.collection == collection]
    return Rebuilding(views_reader(store, clock), chosen, store=store, broker=topic, clock=clock)  # type: ignore[arg-type]  # a stand-in for the broker


def placed(topic: Topic, order: str, number: int = 1, **more: Any) -> Message:
    event = OrderPlaced(order_id=order, shop_id="s", customer_id="c", price_pence=5, placed_at=NOW)
    return topic.add(event, f"order-{order}", number, **more)


def some_history(topic: Topic) -> list[Message]:
    placed(topic, "a")
    placed(topic, "b", region="south")
    topic.add(PairStocked(pair_id="p.1", stock_number="7", size=40), "pair-p.1", 1)
    topic.add(PairHeld(pair_id="p.1", order_id="a"), "pair-p.1", 2)
    topic.add(OrderPaid(order_id="a", amount_pence=5), "order-a", 2)
    topic.add(PairReleased(pair_id="p.1", order_id="a"), "pair-p.1", 3)
    topic.add(OrderCancelled(order_id="b"), "order-b", 2)
    return list(topic.messages)


async def rows(store: Any, collection: str = BOARD) -> dict[str, Any]:
    found = await store.find(collection, {})
    return {row["_id"]: {name: row[name] for name in row if name != "mark"} for row in found}
