"""An order of one pair of shoes: placed, paid, picked, shipped, or called off."""

from collections.abc import Sequence
from typing import ClassVar, Literal, assert_never

from pydantic import Field

from shared.chassis.declarations.access import Access, may
from shared.chassis.declarations.command import Command, Key, Name, Text
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from tests.support.shoes_events import (
    CourierAsked,
    CourierBooked,
    NoteAdded,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderShipped,
    PairPicked,
    PictureAttached,
)

CLERKS = may("clerk")
MANAGERS = may("manager", within="unit")
CUSTOMERS = may("customer", within="self")


class Order(State):
    """What the rules of an order need to know."""

    status: Literal["none", "placed", "paid", "shipped", "cancelled"] = "none"
    shop_id: str = ""
    customer_id: str = ""
    price_pence: int = 0
    pair_id: str | None = None
    note_ids: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()
    courier: Literal["none", "asked", "booked", "unknown"] = "none"


class PlaceOrder(Command):
    """Order a pair of shoes."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS | CUSTOMERS
    creates: ClassVar[bool] = True

    order_id: Key
    shop_id: Key
    customer_id: Key
    price_pence: int = Field(gt=0, le=1_000_000, strict=True)


class ImportOrder(Command):
    """Take over an order from the old till."""

    asked_by: ClassVar[Access] = CLERKS
    creates: ClassVar[bool] = True

    order_id: Key
    shop_id: Key
    customer_id: Key
    till_number: Key


class PayOrder(Command):
    """Pay for the order."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS | CUSTOMERS

    order_id: Key
    amount_pence: int = Field(gt=0, strict=True)


class PickPair(Command):
    """Take a pair off the shelf for the order; the pair itself must agree first."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS

    order_id: Key
    pair_id: Key


class ShipOrder(Command):
    """Send the pair off."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS

    order_id: Key


class CancelOrder(Command):
    """Call the order off."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS | CUSTOMERS

    order_id: Key


class ExpireOrder(Command):
    """Call the order off unless it was paid; asked by the deadline only."""

    asked_by: ClassVar[Access] = Access()

    order_id: Key


class AddNote(Command):
    """Write something about the order."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS | CUSTOMERS

    order_id: Key
    note: Text


class AttachPicture(Command):
    """Add a picture of the pair."""

    asked_by: ClassVar[Access] = CLERKS | MANAGERS | CUSTOMERS

    order_id: Key
    file_id: Key
    file_name: Name
    sha256: str
    size: int
    media_type: str


class AskCourier(Command):
    """Claim the calling of the courier; asked by the errand only."""

    asked_by: ClassVar[Access] = Access()

    order_id: Key


class RecordCourier(Command):
    """Write down what the courier said; None when nobody knows. Asked by the errand only."""

    asked_by: ClassVar[Access] = Access()

    order_id: Key
    reference: Name | None = None


class OrderUnknown(Refusal, kind="missing"):
    """There is no such order."""


class OrderOver(Refusal):
    """The order was shipped or called off already."""


class WrongAmount(Refusal, kind="invalid"):
    """The amount must be the price of the order."""


class NotPaid(Refusal):
    """The order must be paid first."""


class NoPair(Refusal):
    """A pair must be picked first."""


OrderCommand = (
    PlaceOrder
    | ImportOrder
    | PayOrder
    | PickPair
    | ShipOrder
    | CancelOrder
    | ExpireOrder
    | AddNote
    | AttachPicture
    | AskCourier
    | RecordCourier
)
OrderEvent = (
    OrderPlaced
    | OrderPaid
    | PairPicked
    | OrderShipped
    | OrderCancelled
    | NoteAdded
    | PictureAttached
    | CourierAsked
    | CourierBooked
)


def decide(order: Order, command: OrderCommand, facts: Facts) -> Sequence[OrderEvent]:
    """The rules of an order. Raises the refusals of this module."""
    if order.status == "none" and not command.creates:
        raise OrderUnknown
    match command:
        case PlaceOrder() | ImportOrder():
            return _place(order, command, facts)
        case PayOrder():
            return _pay(order, command)
        case PickPair():
            _must_go_on(order)
            return [PairPicked(order_id=command.order_id, pair_id=command.pair_id)] if not order.pair_id else []
        case ShipOrder():
            return _ship(order, command)
        case CancelOrder():
            return _cancel(order, command.order_id)
        case ExpireOrder():
            return _cancel(order, command.order_id) if order.status == "placed" else []
        case AddNote():
            return [NoteAdded(order_id=command.order_id, note=facts.documents["note"])]
        case AttachPicture():
            return [PictureAttached(**command.model_dump())]
        case AskCourier():
            return [CourierAsked(order_id=command.order_id)] if order.courier == "none" else []
        case RecordCourier():
            open_ = order.courier == "asked"
            return [CourierBooked(order_id=command.order_id, reference=command.reference)] if open_ else []
        case _:
            assert_never(command)


def _place(order: Order, command: PlaceOrder | ImportOrder, facts: Facts) -> Sequence[OrderEvent]:
    if order.status != "none":
        return []
    placed = OrderPlaced(
        order_id=command.order_id,
        shop_id=command.shop_id,
        customer_id=command.customer_id,
        price_pence=command.price_pence if isinstance(command, PlaceOrder) else 1,
        placed_at=facts.now,
    )
    if isinstance(command, PlaceOrder):
        return [placed]
    return [placed, OrderPaid(order_id=command.order_id, amount_pence=1)]


def _pay(order: Order, command: PayOrder) -> Sequence[OrderEvent]:
    if order.status == "paid":
        return []
    _must_go_on(order)
    if command.amount_pence != order.price_pence:
        raise WrongAmount(field="amount_pence", price_pence=order.price_pence)
    return [OrderPaid(order_id=command.order_id, amount_pence=command.amount_pence)]


def _ship(order: Order, command: ShipOrder) -> Sequence[OrderEvent]:
    if order.status == "shipped":
        return []
    _must_go_on(order)
    if order.status != "paid":
        raise NotPaid
    if order.pair_id is None:
        raise NoPair
    return [OrderShipped(order_id=command.order_id, customer_id=order.customer_id)]


def _cancel(order: Order, order_id: str) -> Sequence[OrderEvent]:
    if order.status == "cancelled":
        return []
    _must_go_on(order)
    return [OrderCancelled(order_id=order_id, pair_id=order.pair_id)]


def _must_go_on(order: Order) -> None:
    if order.status in ("shipped", "cancelled"):
        raise OrderOver(status=order.status)


def evolve(order: Order, event: OrderEvent) -> Order:
    """The order after this event."""
    match event:
        case OrderPlaced():
            return replace(
                order,
                status="placed",
                shop_id=event.shop_id,
                customer_id=event.customer_id,
                price_pence=event.price_pence,
            )
        case OrderPaid():
            return replace(order, status="paid")
        case PairPicked():
            return replace(order, pair_id=event.pair_id)
        case OrderShipped():
            return replace(order, status="shipped")
        case OrderCancelled():
            return replace(order, status="cancelled")
        case NoteAdded():
            return replace(order, note_ids=(*order.note_ids, event.note.document_id))
        case PictureAttached():
            return replace(order, file_ids=(*order.file_ids, event.file_id))
        case CourierAsked():
            return replace(order, courier="asked")
        case CourierBooked():
            return replace(order, courier="booked" if event.reference else "unknown")
        case _:
            assert_never(event)
