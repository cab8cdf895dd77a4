"""A small service in declarations, for the chassis's own tests: a shoe shop.

`SHOES` is the manifest. Rules live in `shoe_order` and `shoe_pair`, events in `shoes_events`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from shared.chassis.declarations.access import may
from shared.chassis.declarations.aggregate import Aggregate, Attachment
from shared.chassis.declarations.cards import Card, CardBook
from shared.chassis.declarations.command import Key, Name
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.errand import Errand, Tools
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.query import Query
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.view import Row, View
from tests.support import shoe_order, shoe_pair
from tests.support.shoe_order import (
    CLERKS,
    CUSTOMERS,
    MANAGERS,
    AskCourier,
    ExpireOrder,
    Order,
    PickPair,
    RecordCourier,
)
from tests.support.shoe_pair import HoldPair, ReleasePair
from tests.support.shoes_events import (
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderShipped,
    PairHeld,
    PairReleased,
    PairStocked,
)

TIME_TO_PAY = timedelta(days=2)

ORDERS = Aggregate(
    name="order",
    path="orders",
    decide=shoe_order.decide,
    evolve=shoe_order.evolve,
    read_by=CLERKS | MANAGERS | CUSTOMERS,
    unit="shop_id",
    person="customer_id",
    reserves={PickPair: lambda pick, _region: HoldPair(pair_id=pick.pair_id, order_id=pick.order_id)},
    attachment=Attachment(
        command=shoe_order.AttachPicture,
        media_types=frozenset({"image/png", "image/jpeg"}),
        max_bytes=100_000,
    ),
)
PAIRS = Aggregate(
    name="pair",
    path="pairs",
    decide=shoe_pair.decide,
    evolve=shoe_pair.evolve,
    read_by=CLERKS,
    identity=shoe_pair.identity,
    shows=lambda pair: {"stock_number": pair.stock_number, "size": pair.size, "free": pair.order_id is None},
)


class OrderRow(Row):
    """One order on the shop's board; its pair is told by another stream."""

    order_id: str
    shop_id: str = ""
    customer_id: str = ""
    status: str = "unknown"
    placed_at: datetime | None = None
    pair_id: str | None = None


BoardEvent = OrderPlaced | OrderPaid | OrderShipped | OrderCancelled | PairHeld


def board_row(row: OrderRow | None, event: BoardEvent) -> OrderRow:
    """The row after this event, in whatever order the two streams arrive."""
    row = row or OrderRow(order_id=event.order_id)
    match event:
        case OrderPlaced():
            told = event.model_dump(include={"shop_id", "customer_id", "placed_at"})
            return replace_row(row, status="placed", **told)
        case OrderPaid():
            return replace_row(row, status="paid")
        case OrderShipped():
            return replace_row(row, status="shipped")
        case OrderCancelled():
            return replace_row(row, status="cancelled")
        case PairHeld():
            return replace_row(row, pair_id=event.pair_id)


def replace_row(row: OrderRow, **changes: Any) -> OrderRow:
    """The same row with some fields changed."""
    return row.model_copy(update=changes)


def present_order(row: OrderRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """The name is for clerks; an order that nobody placed yet is for nobody."""
    if row.placed_at is None:
        return None
    name = card["name"] if card and "clerk" in viewer.roles else None
    return {**row.model_dump(mode="json"), "customer": name}


BOARD = View(
    path="order-board",
    key=lambda event: event.order_id,
    fold=board_row,
    read_by=CLERKS | MANAGERS | CUSTOMERS,
    filters=("status", "shop_id"),
    order="placed_at",
    until="placed_at",
    unit="shop_id",
    person="customer_id",
    card="customer_id",
    present=present_order,
)


class PairRow(Row):
    """One pair on the shelf."""

    pair_id: str
    stock_number: str = ""
    size: int = 0
    free: bool = True


def pair_row(row: PairRow | None, event: PairStocked | PairHeld | PairReleased) -> PairRow | None:
    """The row after this event; a pair that is held leaves the shelf."""
    match event:
        case PairStocked():
            return PairRow(pair_id=event.pair_id, stock_number=event.stock_number, size=event.size)
        case PairHeld():
            return row.model_copy(update={"free": False}) if row else None
        case PairReleased():
            return row.model_copy(update={"free": True}) if row else None


SHELF = View(
    path="pairs",
    key=lambda event: event.pair_id,
    fold=pair_row,
    read_by=CLERKS,
    filters=("size", "free"),
    order="stock_number",
)


def when_order_cancelled_release_pair(event: OrderCancelled) -> ReleasePair | None:
    """A pair of an order that is off goes back on the shelf."""
    return ReleasePair(pair_id=event.pair_id, order_id=event.order_id) if event.pair_id else None


def unpaid(due: Due | None, event: OrderPlaced | OrderPaid | OrderCancelled) -> Due | None:
    """Two days to pay; a payment or a cancellation lifts it."""
    del due
    if isinstance(event, OrderPlaced):
        return Due(at=event.placed_at + TIME_TO_PAY, ask=ExpireOrder(order_id=event.order_id))
    return None


def ask_courier(event: OrderShipped) -> AskCourier:
    """Claim the call, so that it is made at most once."""
    return AskCourier(order_id=event.order_id)


async def call_courier(event: OrderShipped, tools: Tools) -> RecordCourier:
    """Ask the courier to come; the gateway gives a reference."""
    reference = await tools.gateway("courier").book(event.order_id)
    return RecordCourier(order_id=event.order_id, reference=reference)


class SlipQuestion(BaseModel):
    """Which order."""

    order_id: Key


class Slip(BaseModel):
    """What is packed for an order; `shop_id` says whose it is."""

    shop_id: str
    pair_id: str | None


async def slip(question: SlipQuestion, tools: Tools) -> Slip:
    """The packing slip of one order. Raises NoSuchOrder."""
    order = await tools.look(Order, question.order_id)
    if order is None:
        raise NoSuchOrder
    return Slip(shop_id=order.shop_id, pair_id=order.pair_id)


class PriceQuestion(BaseModel):
    """Which order, and in which currency."""

    order_id: Key
    currency: Name = "GBP"


class Price(BaseModel):
    """What the order costs."""

    pence: int
    currency: str


class NoSuchOrder(Refusal):
    """There is no such order."""

    kind = "missing"


async def price(question: PriceQuestion, tools: Tools) -> Price:
    """The price of one order. Raises NoSuchOrder."""
    order = await tools.look(Order, question.order_id)
    if order is None:
        raise NoSuchOrder
    return Price(pence=order.price_pence, currency=question.currency)


class CustomerCard(Card):
    """How to reach a customer."""

    name: Name
    email: Name | None = None


SHOES = Service(
    name="shoes",
    aggregates=(ORDERS, PAIRS),
    policies=(when_order_cancelled_release_pair,),
    views=(BOARD, SHELF),
    deadlines=(Deadline(name="unpaid-order", key=lambda event: event.order_id, fold=unpaid),),
    errands=(
        Errand(
            name="call-courier",
            claim=ask_courier,
            run=call_courier,
            interrupted=lambda event: RecordCourier(order_id=event.order_id),
        ),
    ),
    queries=(
        Query(path="orders/{order_id}/price", read_by=CLERKS, question=PriceQuestion, answer=price),
        Query(
            path="orders/{order_id}/slip",
            read_by=CLERKS | MANAGERS,
            question=SlipQuestion,
            answer=slip,
            unit="shop_id",
        ),
    ),
    cards=CardBook(
        owner="shoes",
        path="customers",
        card=CustomerCard,
        written_by=may("clerk"),
        read_by=may("clerk") | may("customer", within="self"),
    ),
    unit_claim="shops",
)
