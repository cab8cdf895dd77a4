"""A reader with one policy, over a store in memory."""

from functools import partial
from typing import Any

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.policy import Policy
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.reading.asking import Asking
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.policies import PolicyEffect
from shared.chassis.reading.reader import Reader
from tests.support.shoe_order import ShipOrder
from tests.support.shoes_events import OrderPaid
from tests.unit.chassis.reading.bench import Answers, QuickClock, Topic


def when_paid_ship(event: OrderPaid) -> ShipOrder:
    """Ship what is paid; an amount of 1313 is a bug in the policy."""
    if event.amount_pence == 1313:
        raise ZeroDivisionError
    return ShipOrder(order_id=f"{event.order_id}.{event.amount_pence}")


class Closed(Refusal):
    """The shop is closed."""


def policy_reader(store: Any, clock: QuickClock, answers: Answers, *policies: Any) -> Reader:
    patience = Patience(clock, "policies", Counts())
    rows = [Policy(each) for each in policies or (when_paid_ship,)]
    events = {event for row in rows for event in row.events}
    effects = partial(PolicyEffect, rows, Asking(answers, patience))
    return Reader("policies", Catalogue(events), effects, store=store, clock=clock, patience=patience)


def paid(topic: Topic, order: str, number: int, **more: Any) -> Any:
    return topic.add(
        OrderPaid(order_id=order, amount_pence=more.pop("amount", number)), f"order-{order}", number, **more
    )


async def position(reader: Reader, stream: str) -> tuple[int, str | None]:
    """What is written when all is settled."""
    await reader.settle()
    standing = (await reader.positions.read([f"shoes/{stream}"], fresh=True))[f"shoes/{stream}"]
    return standing.sequence, standing.parked
