"""One pair of shoes on the shelf: it can belong to one order at a time."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from pydantic import Field

from shared.chassis.declarations.access import ONLY_WITHIN, Access, may
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from tests.support.shoes_events import PairHeld, PairReleased, PairStocked


class Pair(State):
    """Whether the pair exists, and whose it is."""

    stock_number: str = ""
    size: int = 0
    order_id: str | None = None


class StockPair(Command):
    """Put a pair on the shelf."""

    asked_by: ClassVar[Access] = may("clerk")
    creates: ClassVar[bool] = True

    pair_id: Key
    stock_number: Key
    size: int = Field(ge=15, le=60, strict=True)


class HoldPair(Command):
    """Keep the pair for an order; asked by the order itself before it picks."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    pair_id: Key
    order_id: Key


class ReleasePair(Command):
    """Put the pair back on the shelf, if it is still this order's."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    pair_id: Key
    order_id: Key


class PairUnknown(Refusal, kind="missing"):
    """There is no such pair."""


class PairTaken(Refusal):
    """The pair belongs to another order."""


PairCommand = StockPair | HoldPair | ReleasePair
PairEvent = PairStocked | PairHeld | PairReleased


def decide(pair: Pair, command: PairCommand, facts: Facts) -> Sequence[PairEvent]:
    """The rules of a pair. Raises PairUnknown and PairTaken."""
    match command:
        case StockPair():
            stocked = PairStocked(pair_id=command.pair_id, stock_number=command.stock_number, size=command.size)
            return [] if pair.stock_number else [stocked]
        case HoldPair():
            return _hold(pair, command)
        case ReleasePair():
            held = pair.order_id == command.order_id
            return [PairReleased(pair_id=command.pair_id, order_id=command.order_id)] if held else []
        case _:
            assert_never(command)


def _hold(pair: Pair, command: HoldPair) -> Sequence[PairEvent]:
    if not pair.stock_number:
        raise PairUnknown
    if pair.order_id == command.order_id:
        return []
    if pair.order_id is not None:
        raise PairTaken
    return [PairHeld(pair_id=command.pair_id, order_id=command.order_id)]


def evolve(pair: Pair, event: PairEvent) -> Pair:
    """The pair after this event."""
    match event:
        case PairStocked():
            return replace(pair, stock_number=event.stock_number, size=event.size)
        case PairHeld():
            return replace(pair, order_id=event.order_id)
        case PairReleased():
            return replace(pair, order_id=None)
        case _:
            assert_never(event)


def identity(command: StockPair, region: str) -> str:
    """A stock number is given once in a region."""
    return derived_id("pair", region, command.stock_number)
