"""Refused attempts are kept and can be read: one's own by everybody, the region's by whoever the service names."""

from dataclasses import replace
from pathlib import Path

from shared.chassis.declarations.access import may
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_shop import SHOES
from tests.support.tokens import token

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
