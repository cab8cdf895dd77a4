"""Who did what, when, for whom and why: in pages, for those who may know, and never to be changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.chassis.declarations.access import may
from shared.chassis.declarations.aggregate import Aggregate
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_shop import SHOES
from tests.support.tokens import token


async def paid_in_parts(counter: Counter, parts: int) -> str:
    """An order with so many commits after its first; its id."""
    order_id = await counter.order()
    for part in range(parts):
        await counter.post(f"/v1/orders/{order_id}:add-note", {"note": f"part {part}"}, token("clerk", sub="bob"))
    return order_id


async def pages(counter: Counter, path: str) -> list[list[dict[str, Any]]]:
    """Every page, by following the cursors."""
    found, place = [], path
    while place:
        answer = await counter.get(place)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["items"])
        link = answer.headers.get("Link", "")
        place = link.partition(">")[0].lstrip("<")
    return found


async def test_a_long_history_comes_in_pages_and_misses_nothing(counter: Counter) -> None:
    order_id = await paid_in_parts(counter, 6)
    found = await pages(counter, f"/v1/orders/{order_id}/history?limit=3")
    assert [[entry["revision"] for entry in page] for page in found] == [[1, 2, 3], [4, 5, 6], [7]]


async def test_what_happens_between_two_pages_comes_on_a_later_one(counter: Counter) -> None:
    order_id = await paid_in_parts(counter, 3)
    first = (await counter.get(f"/v1/orders/{order_id}/history?limit=4")).json()
    assert first["next"] is None
    first = (await counter.get(f"/v1/orders/{order_id}/history?limit=3")).json()
    await counter.post(f"/v1/orders/{order_id}:add-note", {"note": "meanwhile"})
    second = (await counter.get(f"/v1/orders/{order_id}/history?limit=3&cursor={first['next']}")).json()
    assert ([entry["revision"] for entry in second["items"]], second["next"]) == ([4, 5], None)


async def test_a_cursor_of_another_thing_is_refused(counter: Counter) -> None:
    order_id, other = await paid_in_parts(counter, 3), await paid_in_parts(counter, 1)
    cursor = (await counter.get(f"/v1/orders/{order_id}/history?limit=2")).json()["next"]
    answer = await counter.get(f"/v1/orders/{other}/history?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize(("query", "code"), [("limit=0", "invalid_limit"), ("colour=red", "unknown_parameter")])
async def test_a_history_refuses_what_it_does_not_know(counter: Counter, query: str, code: str) -> None:
    order_id = await counter.order()
    assert (await counter.get(f"/v1/orders/{order_id}/history?{query}")).json()["code"] == code


async def test_a_history_may_be_for_fewer_people_than_the_thing(tmp_path: Path) -> None:
    orders: Aggregate[Any, Any, Any, Any] = replace(SHOES.aggregates[0], history_read_by=may("manager"))
    guarded = replace(SHOES, aggregates=(orders, *SHOES.aggregates[1:]))
    async with shoe_counter(tmp_path, guarded) as counter:
        thing = (await counter.post("/v1/" + orders.path, _first(orders), token("clerk"))).json()["id"]
        subject = f"/v1/audit?subject={orders.name}-{thing}"
        for path in (f"/v1/{orders.path}/{thing}/history", subject):
            assert (await counter.get(path, token("clerk"))).status_code == 403
            assert (await counter.get(path, token("manager"))).status_code == 200
        assert (await counter.get(f"/v1/{orders.path}/{thing}", token("clerk"))).status_code == 200


def _first(aggregate: Aggregate[Any, Any, Any, Any]) -> dict[str, Any]:
    del aggregate
    return {"shop_id": "s1", "customer_id": "cat", "price_pence": 4_999}


async def test_the_audit_tells_actor_reason_and_event_id_and_no_more_of_what_was_said(counter: Counter) -> None:
    order_id = await counter.order()
    await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999}, token("clerk", sub="bob"))
    first, second = (await counter.get(f"/v1/audit?subject=order-{order_id}")).json()["items"]
    (commit,) = await counter.store.find("journal", {"revision": 2, "thing": order_id})
    assert second["events"] == [{"id": event["id"], "type": event["type"]} for event in commit["events"]]
    assert (second["actor"]["id"], second["on_behalf_of"], second["command"]) == ("bob", None, "PayOrder")
    assert (first["subject"], first["reason"]) == (f"order-{order_id}", None)
    assert "4999" not in str(second)


async def test_the_audit_says_on_whose_behalf_somebody_acted(counter: Counter) -> None:
    order_id = await counter.order()
    handed_on = token("clerk", sub="cat", act={"sub": "ann"})
    await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999}, handed_on)
    last = (await counter.get(f"/v1/audit?subject=order-{order_id}")).json()["items"][-1]
    assert (last["actor"]["id"], last["on_behalf_of"]) == ("ann", "cat")


@pytest.mark.parametrize("act", ["ann", {}, {"sub": 7}])
async def test_a_token_that_says_badly_who_acts_does_not_count(counter: Counter, act: Any) -> None:
    assert (await counter.get("/v1/orders/o-1", token("clerk", act=act))).status_code == 401


async def test_an_audit_of_nothing_or_of_another_region_is_not_there(counter: Counter) -> None:
    order_id = await counter.order()
    assert (await counter.get("/v1/audit")).json()["code"] == "subject_missing"
    for subject in ("order-nothing", f"pair-{order_id}", order_id):
        assert (await counter.get(f"/v1/audit?subject={subject}")).status_code == 404, subject
    south = token("clerk", regions=["south"])
    assert (await counter.get(f"/v1/audit?subject=order-{order_id}", south)).status_code == 404


async def test_nobody_changes_or_takes_away_what_is_in_the_audit(counter: Counter) -> None:
    order_id = await counter.order()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/v1/audit", f"/v1/orders/{order_id}/history"):
            answer = await counter.client.request(method, path, headers={"Authorization": f"Bearer {token('clerk')}"})
            assert answer.status_code == 405, (method, path)
