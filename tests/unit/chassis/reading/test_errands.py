"""What errands promise: at most one call, an outcome always, and nobody waits for another key."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from shared.chassis.catalogue import Catalogue
from shared.chassis.clock import SystemClock
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Message, Unavailable
from shared.chassis.reading.asking import Asking
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.errands import AT_ONCE, ErrandEffect, PatientTools
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.reader import Reader
from tests.support.shoe_order import AskCourier, RecordCourier
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderShipped
from tests.support.virtual_time import run_virtually
from tests.unit.chassis.reading.bench import Answers, QuickClock, Topic


class NoCourier(Refusal):
    """There is no courier here."""


class Courier:
    """Takes calls; what a call does is up to the test."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.most_at_once = 0
        self.now = 0
        self.does: Callable[[str], Awaitable[str]] = self.answer

    async def answer(self, order: str) -> str:
        return f"ref-{order}"

    async def book(self, order: str) -> str:
        self.calls.append(order)
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        try:
            return await self.does(order)
        finally:
            self.now -= 1


class ShopTools:
    """Gives the courier; the card may be away for a while."""

    def __init__(self, courier: Courier) -> None:
        self.courier = courier
        self.away = 0

    look: Any = None

    async def card(self, person_id: str) -> Any:
        self.away -= 1
        if self.away >= 0:
            raise Unavailable
        return {}

    async def addressee(self, person_id: str) -> Any:
        return await self.card(person_id)

    async def text(self, document_id: str) -> str | None:
        return None

    def gateway(self, name: str) -> Any:
        return self.courier


@pytest.fixture
def courier() -> Courier:
    """Give a courier who answers."""
    return Courier()


def errand_reader(store: Any, clock: QuickClock, answers: Answers, courier: Courier, seconds: float = 5.0) -> Reader:
    patience = Patience(clock, "errands", Counts())
    effects = partial(
        ErrandEffect,
        SHOES.errands,
        Asking(answers, patience),
        tools=lambda _region: ShopTools(courier),
        limit=asyncio.Semaphore(AT_ONCE),
        run_seconds=seconds,
    )
    return Reader("errands", Catalogue({OrderShipped}), effects, store=store, clock=clock, patience=patience)


def shipped(topic: Topic, order: str, number: int = 1) -> Message:
    return topic.add(OrderShipped(order_id=order, customer_id="c"), f"order-{order}", number)


def said(answers: Answers) -> list[Any]:
    return [request.command for request in answers.done]


async def test_claim_call_outcome(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    await errand_reader(store, clock, answers, courier).take([shipped(topic, "a")])
    assert courier.calls == ["a"]
    assert said(answers) == [AskCourier(order_id="a"), RecordCourier(order_id="a", reference="ref-a")]
    assert [request.cause for request in answers.done] == [
        "event:order-a#1:call-courier:claim",
        "event:order-a#1:call-courier:outcome",
    ]


async def test_an_errand_that_is_killed_in_the_call_is_not_called_again(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    message, hangs = shipped(topic, "a"), asyncio.Event()

    async def hang(order: str) -> str:
        hangs.set()
        await asyncio.Event().wait()
        return order

    courier.does = hang
    process = asyncio.create_task(errand_reader(store, clock, answers, courier).take([message]))
    await hangs.wait()
    process.cancel()
    await asyncio.wait({process})
    courier.does = courier.answer
    await errand_reader(store, clock, answers, courier).take([message])
    assert courier.calls == ["a"]
    assert said(answers)[-1] == RecordCourier(order_id="a", reference=None)
    assert answers.done[-1].cause == "event:order-a#1:call-courier:interrupted"


async def test_a_call_that_fails_or_hangs_is_recorded_as_unknown(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    async def fail_or_hang(order: str) -> str:
        if order == "a":
            raise ConnectionResetError
        await asyncio.Event().wait()
        return order

    courier.does = fail_or_hang
    reader = errand_reader(store, clock, answers, courier, seconds=0.02)
    await reader.take([shipped(topic, "a"), shipped(topic, "b")])
    assert said(answers)[-2:] == [RecordCourier(order_id="a"), RecordCourier(order_id="b")]
    assert courier.calls == ["a", "b"]


async def test_the_outcome_is_asked_until_it_is_stored(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    away = [Unavailable() for _ in range(30)]
    answers.reply = lambda request: away.pop() if away and request.cause.endswith("outcome") else None
    await errand_reader(store, clock, answers, courier).take([shipped(topic, "a")])
    assert said(answers)[-1] == RecordCourier(order_id="a", reference="ref-a")
    assert courier.calls == ["a"]


async def test_a_claim_whose_reply_was_lost_is_known_as_ones_own(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    answers.lose.add("event:order-a#1:call-courier:claim")
    await errand_reader(store, clock, answers, courier).take([shipped(topic, "a")])
    assert courier.calls == ["a"]
    assert said(answers)[-1] == RecordCourier(order_id="a", reference="ref-a")


async def test_the_same_batch_again_calls_nobody(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    message = shipped(topic, "a")
    await errand_reader(store, clock, answers, courier).take([message])
    await store.drop("positions")
    await errand_reader(store, clock, answers, courier).take([message])
    assert courier.calls == ["a"]


async def test_a_claim_that_is_refused_parks_the_event_and_calls_nobody(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    answers.reply = lambda _request: NoCourier()
    await errand_reader(store, clock, answers, courier).take([shipped(topic, "a")])
    assert courier.calls == []
    assert await store.count("parked", {"kind": "refused"}) == 1


async def test_a_slow_call_holds_up_its_own_key_only_and_the_number_is_limited(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers, courier: Courier
) -> None:
    go_on = asyncio.Event()

    async def slow(order: str) -> str:
        if order == "slow":
            await go_on.wait()
        await asyncio.sleep(0)
        if len(courier.calls) == 42:
            go_on.set()
        return order

    courier.does = slow
    batch = [shipped(topic, "slow"), *(shipped(topic, f"o{number}") for number in range(40)), shipped(topic, "o1", 2)]
    await errand_reader(store, clock, answers, courier).take(batch)
    assert len(courier.calls) == 42
    assert courier.most_at_once == AT_ONCE


async def test_tools_wait_while_the_database_is_away(clock: QuickClock, courier: Courier) -> None:
    tools = ShopTools(courier)
    tools.away = 7
    patience = Patience(clock, "errands", Counts())
    async with asyncio.timeout(5) as limit:
        assert await PatientTools(tools, patience, limit).card("p") == {}
    assert patience.counts.of("errands", "retries") == 7


async def waits_and_then_calls(call_seconds: float) -> str:
    """Make a call that may take a second, when its tools have waited for many."""
    tools = ShopTools(Courier())
    tools.away = 40
    async with asyncio.timeout(1) as limit:
        patient = PatientTools(tools, Patience(SystemClock(), "errands", Counts()), limit)
        await asyncio.gather(patient.card("p"), patient.addressee("p"))
        assert asyncio.get_running_loop().time() > 10
        await SystemClock().sleep(call_seconds)
    return "called"


def test_the_time_for_which_tools_wait_is_none_of_the_calls_own() -> None:
    assert run_virtually(waits_and_then_calls(0.9)) == "called"
    with pytest.raises(TimeoutError):
        run_virtually(waits_and_then_calls(1.1))
