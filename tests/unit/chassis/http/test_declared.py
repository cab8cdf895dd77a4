"""A service whose declarations leave open who may do what does not start."""

from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.declarations.access import EVERYBODY, ONLY_WITHIN, SIGNED_IN, may
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.query import Query
from shared.chassis.http.declared import Undeclared, check
from shared.chassis.http.naming import asked_commands, verb
from tests.support.shoe_counter import shoe_counter
from tests.support.shoe_pair import Pair, PairEvent, StockPair, evolve
from tests.support.shoe_shop import BOARD, ORDERS, PAIRS, SHELF, SHOES, CustomerCard, PriceQuestion, price

UNSAID: Any = None


class PolishPair(Command):
    """Nobody said who may."""

    pair_id: Key


class LostPair(Command):
    """It does not say which pair."""

    asked_by = SIGNED_IN


class TidyAway(Command):
    verb = "tidy"


def _pairs(command: Any, **changes: Any) -> Aggregate[Any, Any, Any, Any]:
    def decide(pair: Pair, asked: command, facts: Facts) -> list[PairEvent]:
        return []

    return replace(PAIRS, decide=decide, evolve=evolve, **changes)


def test_the_shop_may_start() -> None:
    check(SHOES)


@pytest.mark.parametrize(
    ("service", "sentence"),
    [
        (replace(SHOES, aggregates=(_pairs(PolishPair),)), "command PolishPair .* does not say who may"),
        (replace(SHOES, aggregates=(_pairs(LostPair),)), "command LostPair has no field pair_id"),
        (replace(SHOES, aggregates=(replace(PAIRS, read_by=UNSAID),)), "aggregate pair .* does not say who may"),
        (replace(SHOES, aggregates=(replace(ORDERS, unit=None),)), "reaches unit, but no field unit"),
        (replace(SHOES, aggregates=(replace(ORDERS, person=None),)), "reaches self, but no field person"),
        (replace(SHOES, aggregates=(PAIRS, PAIRS)), "taken twice"),
        (replace(SHOES, views=(replace(BOARD, read_by=UNSAID),)), "view order-board .* does not say who may"),
        (replace(SHOES, views=(replace(SHELF, read_by=may("x", within="unit")),)), "reaches unit"),
        (replace(SHOES, views=(replace(SHELF, order="colour"),)), "orders by colour"),
        (
            replace(
                SHOES, queries=(Query(path="p", read_by=may("x", within="self"), question=PriceQuestion, answer=price),)
            ),
            "reaches self",
        ),
        (
            replace(
                SHOES,
                cards=CardBook(owner="shoes", path="c", card=CustomerCard, read_by=may("x", within="unit")),
            ),
            "a card belongs to no unit",
        ),
    ],
)
def test_a_service_that_leaves_something_open_does_not_start(service: Any, sentence: str) -> None:
    with pytest.raises(Undeclared, match=f"shoes does not start: .*{sentence}"):
        check(service)


@pytest.mark.parametrize(
    ("aggregate", "command", "word"),
    [
        ("pair", StockPair, "stock"),
        ("pair", PolishPair, "polish"),
        ("shoe-pair", type("OpenShoePair", (Command,), {}), "open"),
        ("order", type("ReorderPairs", (Command,), {}), "reorder-pairs"),
        ("order", type("Order", (Command,), {}), "order"),
        ("care-card", type("GiveCareCardBackCQC", (Command,), {}), "give-back-cqc"),
        ("pair", TidyAway, "tidy"),
    ],
)
def test_the_word_in_the_address_is_the_name_without_the_aggregates(aggregate: str, command: Any, word: str) -> None:
    assert verb(aggregate, command) == word


async def test_the_api_is_not_built_for_it_either(tmp_path: Any) -> None:
    with pytest.raises(Undeclared):
        async with shoe_counter(tmp_path, replace(SHOES, aggregates=(replace(PAIRS, read_by=UNSAID),))):
            pass


def test_the_first_creating_command_has_the_bare_path() -> None:
    paths = {asked.command.__name__: asked.path for asked in asked_commands(ORDERS)}
    assert paths["PlaceOrder"] == "/v1/orders"
    assert paths["ImportOrder"] == "/v1/orders:import"
    assert paths["PayOrder"] == "/v1/orders/{id:key}:pay"
    assert "ExpireOrder" not in paths
    assert "AttachPicture" not in paths


async def test_what_is_only_within_has_no_address(tmp_path: Any) -> None:
    hidden = replace(SHOES, aggregates=(replace(PAIRS, read_by=ONLY_WITHIN),), views=(), queries=(), cards=None)
    async with shoe_counter(tmp_path, hidden) as counter:
        assert (await counter.get("/v1/pairs/x")).status_code == 404


async def test_a_thing_across_regions_is_not_shown(tmp_path: Any) -> None:
    wide = replace(SHOES, aggregates=(replace(PAIRS, across_regions=True),), views=(), queries=(), cards=None)
    async with shoe_counter(tmp_path, wide) as counter:
        made = await counter.post("/v1/pairs", {"stock_number": "x", "size": 39})
        assert made.json().keys() == {"id", "version"}
        assert (await counter.get(f"/v1/pairs/{made.json()['id']}")).json()["code"] == "not_found"


async def test_a_public_view_is_for_everybody_of_the_region_they_name(tmp_path: Any) -> None:
    public = replace(SHOES, views=(replace(SHELF, read_by=EVERYBODY),))
    async with shoe_counter(tmp_path, public) as counter:
        row = {"pair_id": "p", "stock_number": "x", "size": 39, "free": True}
        await counter.store.insert("view_pairs", {"_id": "p", "region": "north", "row": row, "fed": {}})
        everywhere = await counter.get("/v1/pairs", "")
        assert everywhere.status_code == 200
        assert everywhere.headers["cache-control"] == "no-store"
        assert len((await counter.get("/v1/pairs", "", Sixsteps_Region="north")).json()["items"]) == 1
        assert (await counter.get("/v1/pairs", "", Sixsteps_Region="south")).json()["items"] == []
