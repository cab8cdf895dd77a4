"""What happens in the shoe shop while things go wrong: every kind of thing that the chassis delivers, once or twice.

The client asks one thing after the other, each until it is answered, with the same cause however often it takes; in
the end it asks everything once more.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from shared.chassis.assembling import Assembled
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.refusal import Refusal
from tests.support.shoe_order import AddNote, CancelOrder, ImportOrder, PayOrder, PickPair, PlaceOrder, ShipOrder
from tests.support.shoe_pair import StockPair
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import asking
from tests.support.shoes_events import OrderPaid

BOOK = "book"
DAYS_UNTIL_OVERDUE = 3
Answer = tuple[Any, ...]


def when_order_paid_write_it_down(event: OrderPaid) -> AddNote:
    """A reaction whose rule never says no: only its cause keeps it from being done twice."""
    return AddNote(order_id=BOOK, note=f"{event.order_id} was paid")


SHOP = replace(SHOES, policies=(*SHOES.policies, when_order_paid_write_it_down))


@dataclass(frozen=True)
class Step:
    """One thing the client asks for. `again` says whether the same answer must come when it is asked once more."""

    name: str
    work: Callable[[Assembled], Awaitable[Answer]]
    again: bool = True


@dataclass(frozen=True)
class Pause:
    """Something that the client waits for or does to the shop, between two questions."""

    what: str


def ask(name: str, command: Command, *, again: bool = True) -> Step:
    """Ask a command, as somebody whose attempts are kept when they are refused; those are decided anew each time."""

    async def work(assembled: Assembled) -> Answer:
        try:
            outcome = await assembled.handling.handle(asking(command, name, permit=lambda _unit, _person: None))
        except Refusal as refusal:
            return ("refused", refusal.code())
        return ("done", outcome.thing.version, outcome.thing.state.model_dump(mode="json"))

    return Step(name, work, again)


def keep_card(person_id: str, email: str, *, again: bool) -> Step:
    """Hand in a contact card. A card is state: only the last one can be handed in again without a change."""

    async def work(assembled: Assembled) -> Answer:
        assert assembled.owner is not None
        return ("card", await assembled.owner.put(person_id, {"name": "Ann", "email": email}, "north"))

    return Step(f"card {person_id} {email}", work, again)


def erase_card(person_id: str) -> Step:
    """Have a contact card erased."""

    async def work(assembled: Assembled) -> Answer:
        assert assembled.owner is not None
        return ("erased", await assembled.owner.erase(person_id, "north"))

    return Step(f"erase {person_id}", work)


def _place(order_id: str) -> Step:
    return ask(
        f"place {order_id}", PlaceOrder(order_id=order_id, shop_id="s1", customer_id=f"c-{order_id}", price_pence=500)
    )


STEPS: tuple[Step | Pause, ...] = (
    keep_card("ann", "ann@old.example", again=False),
    keep_card("ben", "ben@old.example", again=False),
    ask("open book", ImportOrder(order_id=BOOK, shop_id="s1", customer_id="nobody", till_number="7")),
    ask("stock p1", StockPair(pair_id="p1", stock_number="1", size=40)),
    _place("o1"),
    ask("pay too little", PayOrder(order_id="o1", amount_pence=1), again=False),
    ask("pay o1", PayOrder(order_id="o1", amount_pence=500)),
    ask("pick p1", PickPair(order_id="o1", pair_id="p1")),
    ask("note", AddNote(order_id="o1", note="leave it with Ann")),
    ask("ship o1", ShipOrder(order_id="o1")),
    keep_card("ann", "ann@new.example", again=True),
    Pause("restart"),
    erase_card("ben"),
    ask("stock p2", StockPair(pair_id="p2", stock_number="2", size=41)),
    _place("o2"),
    ask("pick p2", PickPair(order_id="o2", pair_id="p2")),
    _place("o3"),
    ask("cancel o2", CancelOrder(order_id="o2")),
    Pause("settle"),
    Pause("days"),
    Pause("settle"),
)
AGAIN: tuple[Step, ...] = tuple(step for step in STEPS if isinstance(step, Step) and step.again)
