"""Refused attempts are kept and can be read: one's own by everybody, the region's by whoever the service names."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

from shared.chassis.declarations.access import may
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.refusals import REFUSALS, RefusalBook
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock
from tests.support.tokens import NOW, token

OPEN_BOOK = replace(SHOES, refusals_read_by=may("clerk"))


async def refuse(counter: Counter, who: str) -> None:
    order = await counter.order()
    assert (await counter.post(f"/v1/orders/{order}:ship", {}, who)).status_code == 409


async def test_a_refused_attempt_is_there_for_who_made_it(tmp_path: Path) -> None:
    async with shoe_counter(tmp_path) as counter:
        await refuse(counter, token("clerk", sub="clara"))
        (mine,) = (await counter.get("/v1/refusals", token("clerk", sub="clara"))).json()["items"]
        theirs = (await counter.get("/v1/refusals", token("clerk", sub="carl"))).json()["items"]
    assert (mine["actor"], mine["command"]) == ("clara", "ShipOrder")
    assert theirs == []


async def test_the_regions_refused_attempts_are_there_for_whom_the_service_names(tmp_path: Path) -> None:
    async with shoe_counter(tmp_path, OPEN_BOOK) as counter:
        await refuse(counter, token("clerk", sub="clara"))
        near = (await counter.get("/v1/refusals", token("clerk", sub="carl"))).json()["items"]
        far = (await counter.get("/v1/refusals", token("clerk", sub="cleo", regions=["south"]))).json()["items"]
    assert [attempt["actor"] for attempt in near] == ["clara"]
    assert far == []


async def test_a_query_that_reaches_a_unit_answers_only_for_that_unit(tmp_path: Path) -> None:
    async with shoe_counter(tmp_path) as counter:
        order = await counter.order(shop_id="s1")
        own = await counter.get(f"/v1/orders/{order}/slip", token("manager", shops=["s1"]))
        other = await counter.get(f"/v1/orders/{order}/slip", token("manager", shops=["s2"]))
    assert (own.status_code, other.status_code) == (200, 403)


async def test_an_attempt_is_kept_with_its_reason_and_the_field_at_fault(tmp_path: Path) -> None:
    async with shoe_counter(tmp_path) as counter:
        order, clara = await counter.order(), token("clerk", sub="clara")
        await counter.post(f"/v1/orders/{order}:pay", {"amount_pence": "Clara Secret"}, clara)
        await counter.post(f"/v1/orders/{order}:pay", {"Clara Secret": 1, "amount_pence": 5}, clara)
        await counter.post("/v1/orders", {"shop_id": 7}, clara)
        await counter.post(f"/v1/orders/{order}:ship", {}, clara)
        kept = (await counter.get("/v1/refusals", clara)).json()["items"]
    told = {(each["command"], each["code"], each["field"]) for each in kept}
    assert told >= {("PayOrder", "invalid_fields", "amount_pence"), ("PayOrder", "invalid_fields", None)}
    assert {"PlaceOrder", "ShipOrder"} <= {each["command"] for each in kept}
    assert all(each["reason"].endswith(".") for each in kept)
    assert "Secret" not in str(kept)


async def test_refused_attempts_come_in_pages_the_newest_first(counter: Counter) -> None:
    order, clara = await counter.order(), token("clerk", sub="clara")
    for minutes in (0, 0, 1, 1, 2):
        counter.clock.pass_by(minutes=minutes)
        await counter.post(f"/v1/orders/{order}:ship", {}, clara)
    whole = (await counter.get("/v1/refusals", clara)).json()
    found, place = [], "/v1/refusals?limit=2"
    while place:
        page = await counter.get(place, clara)
        found.append([each["at"] + each["correlation_id"] for each in page.json()["items"]])
        place = page.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert [len(page) for page in found] == [2, 2, 1]
    assert list(chain(*found)) == [each["at"] + each["correlation_id"] for each in whole["items"]]
    assert [each["at"] for each in whole["items"]] == sorted((each["at"] for each in whole["items"]), reverse=True)
    assert whole["next"] is None


async def test_a_page_of_refused_attempts_shows_nothing_of_others(counter: Counter) -> None:
    order = await counter.order()
    clara, carl = token("clerk", sub="clara"), token("clerk", sub="carl")
    for who in (clara, carl, clara):
        await counter.post(f"/v1/orders/{order}:ship", {}, who)
    cursor = (await counter.get("/v1/refusals?limit=1", clara)).json()["next"]
    elsewhere = (await counter.get(f"/v1/refusals?cursor={cursor}", carl)).json()["items"]
    assert "clara" not in {each["actor"] for each in elsewhere}
    assert (await counter.get(f"/v1/order-board?cursor={cursor}", clara)).json()["code"] == "invalid_cursor"
    assert (await counter.get("/v1/refusals?limit=0", clara)).json()["code"] == "invalid_limit"


async def test_who_has_several_regions_is_told_of_only_where_the_thing_lies(tmp_path: Path) -> None:
    both = token("clerk", sub="clara", regions=["north", "south"])
    async with shoe_counter(tmp_path, OPEN_BOOK) as counter:
        south = {"Sixsteps-Region": "south", "Authorization": f"Bearer {both}"}
        body = {"shop_id": "s1", "customer_id": "cat", "price_pence": 1}
        order = (await counter.client.post("/v1/orders", json=body, headers=south)).json()["id"]
        await counter.post(f"/v1/orders/{order}:ship", {}, both)
        await counter.post(f"/v1/orders/{order}:pay", {"amount_pence": "much"}, both)
        near = (await counter.get("/v1/refusals", token("clerk", sub="carl"))).json()["items"]
        far = (await counter.get("/v1/refusals", token("clerk", sub="cleo", regions=["south"]))).json()["items"]
    assert near == []
    assert {attempt["command"] for attempt in far} == {"ShipOrder", "PayOrder"}


async def test_what_is_old_goes_however_much_it_is() -> None:
    store, clock = MemoryStore(), SetClock(NOW)
    old = [{"_id": str(number), "at": NOW - timedelta(days=91)} for number in range(2_100)]
    await store.insert_many(REFUSALS, [*old, {"_id": "young", "at": NOW - timedelta(days=89)}])
    assert await RefusalBook(store, clock).forget() == 2_100
    assert [entry["_id"] for entry in await store.find(REFUSALS, {})] == ["young"]
