"""Looking closely: a request is followed through what it led to; one key's rows are compared with history."""

from typing import Any

from deploy.ops.closing import closed, closings, reopened
from deploy.ops.rebuild import verified_of_key
from deploy.ops.tracing import traced
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Change
from tests.support.shoe_order import PlaceOrder


async def test_a_request_is_followed_to_its_events(shops: Any, live: Any) -> None:
    await live.ask(PlaceOrder(order_id="o", shop_id="s", customer_id="c", price_pence=500))
    await live.quiet()
    (commit,) = await live.at.around.store.find(JOURNAL, {})
    (step,) = await traced(shops.environments, commit["correlation"], shops.find)
    assert (step.kind, step.service, step.relayed) == ("commit", "shoes", True)
    assert step.events[0].startswith("sixsteps.")
    assert await traced(shops.environments, "nobody-has-this", shops.find) == []


async def test_the_rows_of_one_key_are_compared_and_the_others_left_alone(shops: Any, live: Any) -> None:
    ordered = await live.orders(1)
    await live.ask(PlaceOrder(order_id="another", shop_id="another", customer_id="c", price_pence=500))
    await live.quiet()
    one = (await live.at.around.store.find(JOURNAL, {"stream": f"order-{ordered[0]}"}))[0]["key"]
    found = await verified_of_key(shops.service, shops.settings, one)
    assert (found["order-board"].equal, found["order-board"].different) == (1, [])
    row = (await live.at.around.store.get("view_order-board", [ordered[0]]))[ordered[0]]["row"]
    await live.at.around.store.write("view_order-board", [Change(ordered[0], {"row": {**row, "status": "shipped"}})])
    spoilt = await verified_of_key(shops.service, shops.settings, one)
    assert spoilt["order-board"].different == [ordered[0]]


async def test_the_switch_holds_for_the_service_and_is_taken_back(shops: Any, live: Any) -> None:
    found = await closed(shops.environments, "the database moves", shops.find)
    assert found["shoes"] is not None
    assert found["shoes"].reason == "the database moves"
    await reopened(shops.environments, shops.find)
    assert await closings(shops.environments, shops.find) == {"shoes": None}
