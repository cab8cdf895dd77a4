"""What the ticker promises: a moment that comes is asked for once, and again only when it has moved."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Message
from shared.chassis.reading.asking import Asking
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.folding import FoldEffect
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.projections import commands_of, projections_of
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.ticker import Ticker
from tests.support.shoe_order import ExpireOrder
from tests.support.shoe_shop import SHOES
from tests.support.shoes_events import OrderPaid, OrderPlaced
from tests.unit.chassis.reading.bench import NOW, Answers, QuickClock, Topic, taken
from tests.unit.chassis.reading.folds import placed, rebuilding, rows, views_reader


class TooEarly(Refusal):
    """Not yet."""


def ticker(store: Any, clock: QuickClock, answers: Answers) -> Ticker:
    patience = Patience(clock, "ticker", Counts())
    return Ticker(store, clock, Asking(answers, patience), patience, commands_of(SHOES))


async def test_a_moment_that_comes_is_asked_for_once(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a"), placed(topic, "b"), *paid_for(topic, "b")])
    assert await ticker(store, clock, answers).tick() == 0
    clock.time = NOW + timedelta(days=2)
    first = ticker(store, clock, answers)
    assert (await first.tick(), await first.tick()) == (1, 0)
    assert [request.command for request in answers.done] == [ExpireOrder(order_id="a")]
    assert answers.done[0].cause == "deadline:unpaid-order:a:2026-03-04T09:00:00+00:00"
    assert (answers.done[0].region, answers.done[0].causation_id) == ("north", "order-a#1")


def paid_for(topic: Topic, order: str) -> list[Message]:
    return [topic.add(OrderPaid(order_id=order, amount_pence=5), f"order-{order}", 2)]


async def test_two_tickers_do_no_harm(store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    await asyncio.gather(ticker(store, clock, answers).tick(), ticker(store, clock, answers).tick())
    assert len(answers.done) == 1
    assert await ticker(store, clock, answers).tick() == 0


async def test_a_moment_that_is_refused_is_not_asked_for_again(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    answers.reply = lambda _request: TooEarly()
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    one = ticker(store, clock, answers)
    assert (await one.tick(), await one.tick()) == (1, 0)


async def test_a_moment_that_fails_for_no_known_reason_is_tried_again_later(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    answers.reply = lambda _request: RuntimeError("?")
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    one = ticker(store, clock, answers)
    assert (await one.tick(), await one.tick()) == (1, 0)
    answers.reply = lambda _request: None
    clock.time += timedelta(minutes=1)
    assert await one.tick() == 1
    assert answers.done[0].cause.endswith("2026-03-04T09:00:00+00:00")


async def test_a_thing_that_never_has_a_moment_leaves_no_row(
    store: MemoryStore, clock: QuickClock, topic: Topic
) -> None:
    await taken(views_reader(store, clock), [topic.add(OrderPaid(order_id="a", amount_pence=5), "payment-a", 1)])
    assert await rows(store, "deadlines") == {}
    await taken(views_reader(store, clock), [placed(topic, "a"), *paid_for(topic, "a")])
    assert (await rows(store, "deadlines"))["unpaid-order|a"]["moment"] is None


def follow(due: Due | None, event: OrderPlaced) -> Due:
    del due
    return Due(at=event.placed_at, ask=ExpireOrder(order_id=event.order_id))


async def test_a_moment_that_moves_is_asked_for_again(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    moving = Deadline(name="unpaid-order", key=lambda event: event.order_id, fold=follow)
    shop = type(SHOES)(name="shoes", aggregates=SHOES.aggregates, deadlines=(moving,))
    chosen, patience = projections_of(shop), Patience(clock, "views", Counts())

    async def at_once() -> None:
        return None

    effects = partial(FoldEffect, chosen, store, patience, at_once)
    reader = Reader("views", Catalogue({OrderPlaced}), effects, store=store, clock=clock, patience=patience)
    await taken(reader, [placed(topic, "a")])
    one = ticker(store, clock, answers)
    assert await one.tick() == 1
    again = OrderPlaced(order_id="a", shop_id="s", customer_id="c", price_pence=5, placed_at=NOW)
    await taken(reader, [topic.add(again, "order-a", 2)])
    assert await one.tick() == 0
    later = again.model_copy(update={"placed_at": NOW + timedelta(microseconds=1)})
    await taken(reader, [topic.add(later, "order-a", 3)])
    clock.time = NOW + timedelta(seconds=1)
    assert await one.tick() == 1
    assert len(answers.done) == 2


async def test_marking_a_moment_as_asked_does_not_hide_one_that_moved_meanwhile(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)

    def while_asking(request: Any) -> None:
        store._collections["deadlines"]["unpaid-order|a"].update(mark="another", moment="later")

    answers.reply = while_asking
    await ticker(store, clock, answers).tick()
    assert (await store.get("deadlines", ["unpaid-order|a"]))["unpaid-order|a"]["asked"] is False


async def test_a_rebuild_of_deadlines_keeps_what_was_asked(
    store: MemoryStore, clock: QuickClock, topic: Topic, answers: Answers
) -> None:
    await taken(views_reader(store, clock), [placed(topic, "a")])
    clock.time = NOW + timedelta(days=2)
    await ticker(store, clock, answers).tick()
    await rebuilding(store, topic, clock, "deadlines").rebuild()
    assert await ticker(store, clock, answers).tick() == 0
