"""One request is one trace: its command, the sending of its events, and what a policy asks because of them."""

from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.ports import Message
from shared.chassis.reading.item import item_of
from shared.chassis.tracing import Span
from tests.support.eventually import eventually
from tests.support.shoe_order import CancelOrder, PickPair, PlaceOrder
from tests.support.shoe_pair import StockPair
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock, asking

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Recorder:
    """Remembers every span."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def tell(self, span: Span) -> None:
        self.spans.append(span)

    def close(self) -> None:
        """Nothing is left."""

    def of_trace(self) -> list[Span]:
        """Those of the trace that the test asks with."""
        return [span for span in self.spans if span.trace.split("-")[1] == TRACE.split("-")[1]]

    def names(self) -> set[str]:
        """Their names."""
        return {span.name for span in self.of_trace()}


async def test_what_a_policy_asks_because_of_a_request_is_a_step_of_its_trace() -> None:
    recorder = Recorder()
    at = _shop(recorder)
    await at.prepare()
    at.subscribe()
    await at.around.broker.start()
    for number, command in enumerate(
        [
            StockPair(pair_id="p1", stock_number="1", size=40),
            PlaceOrder(order_id="o1", shop_id="s", customer_id="cat", price_pence=500),
            PickPair(order_id="o1", pair_id="p1"),
        ]
    ):
        await at.handling.handle(asking(command, f"key-{number}"))
    await at.handling.handle(replace(asking(CancelOrder(order_id="o1"), "key-9"), trace=TRACE))
    await eventually(lambda: {"CancelOrder", "ReleasePair"} <= recorder.names(), "the policy has asked")
    await at.around.broker.stop()
    await at.relay.drain(5)
    assert recorder.names() == {"CancelOrder", "send shoes-events", "ReleasePair"}
    assert {span.parent for span in recorder.of_trace()} == {TRACE}
    assert len({span.trace for span in recorder.spans}) == len(recorder.spans)
    assert not [span for span in recorder.spans if "cat" in str(span.attributes.values()).split()]


@pytest.mark.parametrize(("told", "known"), [(TRACE, TRACE), ("nonsense", None), (TRACE.upper(), None)])
def test_a_message_belongs_to_a_trace_only_where_a_collector_can_read_it(told: str, known: str | None) -> None:
    message = Message("shoes-events", 0, 0, b"s", b"{}", (("ce_traceparent", told.encode()),))
    assert item_of(message, "").trace == known


def _shop(recorder: Any) -> Assembled:
    cluster = MemoryCluster(partitions=3)
    assert SHOES.cards is not None
    cluster.create("shoes-events", card_topic(SHOES.cards))
    keys = KeyRing.parse(f"k:{'A' * 43}=")
    return assemble(
        SHOES,
        Around(
            store=MemoryStore(),
            broker=MemoryBroker(cluster),
            clock=SetClock(),
            keys=keys,
            deployment="test",
            tracer=recorder,
        ),
    )
