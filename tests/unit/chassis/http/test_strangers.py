"""A public list: one for all regions, kept by caches, and asked for only so often by one address."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.chassis.declarations.access import EVERYBODY
from shared.chassis.http.declared import Undeclared, check
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.problems import Problem
from shared.chassis.http.strangers import WINDOW_SECONDS, Strangers
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_shop import BOARD, SHELF, SHOES
from tests.support.tokens import token

PUBLIC = dataclasses.replace(SHOES, views=(dataclasses.replace(SHELF, read_by=EVERYBODY, public_seconds=60),))


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    def seldom(parts: HttpParts) -> HttpParts:
        return dataclasses.replace(parts, strangers=Strangers(3, Hand()))

    async with shoe_counter(tmp_path, PUBLIC, seldom) as open_counter:
        for region in ("north", "south"):
            row = {"pair_id": f"p-{region}", "order_id": None, "customer_id": None}
            await open_counter.store.insert("view_pairs", {"_id": region, "region": region, "row": row, "fed": {}})
        yield open_counter


async def test_a_stranger_sees_all_regions_and_any_cache_may_keep_it(counter: Counter) -> None:
    answer = await counter.get("/v1/pairs", "")
    assert len(answer.json()["items"]) == 2
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "Sixsteps-Region" in answer.headers["vary"]
    north = await counter.get("/v1/pairs", "", Sixsteps_Region="north")
    assert len(north.json()["items"]) == 1


async def test_who_has_a_token_sees_their_own_and_no_cache_keeps_it(counter: Counter) -> None:
    answer = await counter.get("/v1/pairs", token("clerk", regions=["south"]))
    assert len(answer.json()["items"]) == 1
    assert answer.headers["cache-control"] == "no-store"


async def test_who_is_called_anonymous_by_their_token_is_no_stranger(counter: Counter) -> None:
    answer = await counter.get("/v1/pairs", token("clerk", sub="anonymous", regions=["south"]))
    assert answer.headers["cache-control"] == "no-store"


async def test_a_stranger_who_asks_too_often_waits_and_others_do_not(counter: Counter) -> None:
    for _ in range(3):
        assert (await counter.get("/v1/pairs", "")).status_code == 200
    refused = await counter.get("/v1/pairs", "")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0
    assert (await counter.get("/v1/pairs", token("clerk"))).status_code == 200


def test_every_address_is_counted_by_itself_and_forgotten_with_the_minute() -> None:
    clock = Hand()
    strangers = Strangers(1, clock)
    strangers.admit("192.0.2.1")
    strangers.admit("192.0.2.2")
    with pytest.raises(Problem):
        strangers.admit("192.0.2.1")
    clock.at = WINDOW_SECONDS
    strangers.admit("192.0.2.1")


def test_who_has_a_whole_network_of_addresses_is_one() -> None:
    strangers = Strangers(1, Hand())
    strangers.admit("2001:db8:1:2::1")
    strangers.admit("2001:db8:1:3::1")
    with pytest.raises(Problem):
        strangers.admit("2001:db8:1:2:ffff::9")
    strangers.admit("::ffff:192.0.2.1")
    strangers.admit("::ffff:192.0.2.2")


def test_however_many_addresses_there_are_only_so_many_are_remembered() -> None:
    strangers = Strangers(2, Hand(), most=3)
    for last in range(1, 6):
        strangers.admit(f"192.0.2.{last}")
    assert strangers.known == 4
    with pytest.raises(Problem):
        strangers.admit("192.0.2.99")
    strangers.admit("192.0.2.1")


async def test_a_public_question_is_asked_only_so_often_too(tmp_path: Path) -> None:
    def seldom(parts: HttpParts) -> HttpParts:
        return dataclasses.replace(parts, strangers=Strangers(1, Hand()))

    open_to_all = dataclasses.replace(SHOES.queries[0], read_by=EVERYBODY)
    async with shoe_counter(tmp_path, dataclasses.replace(SHOES, queries=(open_to_all,)), seldom) as counter:
        price = f"/v1/orders/{await counter.order()}/price"
        assert (await counter.get(price, "", Sixsteps_Region="north")).status_code == 200
        assert (await counter.get(price, "", Sixsteps_Region="north")).status_code == 429


def test_a_public_view_may_not_name_a_contact_card() -> None:
    nosy = dataclasses.replace(BOARD, read_by=EVERYBODY)
    with pytest.raises(Undeclared, match="public"):
        check(dataclasses.replace(SHOES, views=(nosy,)))
