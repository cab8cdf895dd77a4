"""The published language of the shoe shop, the example service of the chassis's own tests."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef


class ShoeEvent(Event):
    """Published by the shop, whatever this module is called."""

    @classmethod
    @override
    def service(cls) -> str:
        """The name of the example service."""
        return "shoes"


class OrderPlaced(ShoeEvent):
    """Somebody ordered a pair. Caused always by PlaceOrder and by ImportOrder."""

    order_id: str
    shop_id: str
    customer_id: str
    price_pence: int
    placed_at: datetime


class OrderPaid(ShoeEvent):
    """The order was paid in full. Caused always by PayOrder."""

    order_id: str
    amount_pence: int


class PairPicked(ShoeEvent):
    """A pair was taken off the shelf for the order. Caused always by PickPair."""

    order_id: str
    pair_id: str


class OrderShipped(ShoeEvent):
    """The pair left the shop. Caused always by ShipOrder."""

    order_id: str
    customer_id: str


class OrderCancelled(ShoeEvent):
    """The order is off. Caused always by CancelOrder, and by ExpireOrder while nothing was paid."""

    order_id: str
    pair_id: str | None = None


class NoteAdded(ShoeEvent):
    """Somebody wrote about the order. Caused always by AddNote."""

    order_id: str
    note: DocumentRef


class PictureAttached(ShoeEvent):
    """A picture of the pair was added. Caused always by AttachPicture."""

    order_id: str
    file_id: str
    file_name: str
    sha256: str
    size: int
    media_type: str


class CourierAsked(ShoeEvent):
    """A courier is being called. Caused always by AskCourier; nobody outside needs it."""

    private: ClassVar[bool] = True

    order_id: str


class CourierBooked(ShoeEvent):
    """The courier answered, or nobody knows whether it did (no reference). Caused always by RecordCourier."""

    order_id: str
    reference: str | None


class PairStocked(ShoeEvent):
    """A pair came to the shelf. Caused always by StockPair."""

    pair_id: str
    stock_number: str
    size: int


class PairHeld(ShoeEvent):
    """The pair belongs to an order now. Caused always by HoldPair."""

    pair_id: str
    order_id: str


class PairReleased(ShoeEvent):
    """The pair is back on the shelf. Caused always by ReleasePair."""

    pair_id: str
    order_id: str
