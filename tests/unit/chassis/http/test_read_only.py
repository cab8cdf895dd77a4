"""While a service is read-only people look, and nothing new is taken."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Document, Unavailable
from shared.chassis.read_only import LOOK_EVERY_SECONDS, ReadOnly, close, reopen
from tests.support.eventually import eventually
from tests.support.shoe_counter import Counter
from tests.support.shoe_works import SetClock
from tests.support.tokens import token


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


async def test_files_and_contact_cards_are_not_taken_either(counter: Counter) -> None:
    order_id = await counter.order()
    person_id = (await counter.post("/v1/customers", {"name": "Catherine"})).json()["id"]
    await close(counter.parts.store, counter.parts.clock, "the database moves")

    async def closed() -> bool:
        return (await counter.post("/v1/orders", {})).status_code == 503

    await eventually(closed, "it is noticed", LOOK_EVERY_SECONDS * 5)
    clerk, card = {"Authorization": f"Bearer {token('clerk')}"}, f"/v1/customers/{person_id}"
    answers = [
        await counter.send(f"/v1/orders/{order_id}/files", b"x"),
        await counter.post("/v1/customers", {"name": "Doug"}),
        await counter.client.put(card, json={"name": "Kate"}, headers=clerk),
        await counter.client.delete(card, headers=clerk),
    ]
    assert [answer.json()["code"] for answer in answers] == ["read_only"] * 4
    assert (await counter.get(card)).json()["name"] == "Catherine"


class Leaving(MemoryStore):
    """A database that can go away."""

    away = False

    @override
    async def get(self, collection: str, ids: Sequence[str]) -> Mapping[str, Document]:
        if self.away:
            raise Unavailable
        return await super().get(collection, ids)


async def test_while_the_database_is_away_the_last_answer_holds() -> None:
    store = Leaving()
    switch = ReadOnly(store)
    await close(store, SetClock(), "it moves")
    assert await switch.closed()
    store.away = True
    switch._looked_at = None
    assert await switch.closed()


async def _taken(counter: Counter, order_id: str) -> bool:
    return (await counter.post(f"/v1/orders/{order_id}:cancel", {})).status_code == 200
