"""While a service is read-only people look, and nothing new is taken."""

from shared.chassis.read_only import LOOK_EVERY_SECONDS, close, reopen
from tests.support.eventually import eventually
from tests.support.shoe_counter import Counter


async def test_commands_are_answered_503_with_the_reason_and_queries_go_on(counter: Counter) -> None:
    order_id = await counter.order()
    await close(counter.parts.store, counter.parts.clock, "the database moves")

    async def refused() -> bool:
        return (await counter.post(f"/v1/orders/{order_id}:cancel", {})).status_code == 503

    await eventually(refused, "it is noticed", LOOK_EVERY_SECONDS * 5)
    answer = await counter.post("/v1/orders", {})
    assert (answer.json()["code"], answer.headers["Retry-After"]) == ("read_only", "60")
    assert "the database moves" in answer.json()["detail"]
    assert (await counter.get(f"/v1/orders/{order_id}")).status_code == 200
    await reopen(counter.parts.store)
    await eventually(lambda: _taken(counter, order_id), "it is open again", LOOK_EVERY_SECONDS * 5)


async def _taken(counter: Counter, order_id: str) -> bool:
    return (await counter.post(f"/v1/orders/{order_id}:cancel", {})).status_code == 200
