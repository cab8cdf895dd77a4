"""Contact cards at their owner."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Unavailable
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.tokens import token

CARD = {"name": "Catherine", "email": "cat@shoes.test"}


async def _made(counter: Counter, key: str = "k1") -> str:
    answer = await counter.post("/v1/customers", CARD, Idempotency_Key=key)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def test_a_person_is_made_once_and_told(counter: Counter) -> None:
    person_id = await _made(counter)
    answer = await counter.get(f"/v1/customers/{person_id}")
    assert answer.json() == {**CARD, "id": person_id, "version": 1}
    assert answer.headers["ETag"] == '"1"'
    assert await _made(counter) == person_id
    assert await _made(counter, "k2") != person_id
    assert len(counter.cards.cards) == 2


async def test_a_repeat_after_a_change_undoes_nothing(counter: Counter) -> None:
    person_id = await _made(counter)
    changed = await counter.client.put(f"/v1/customers/{person_id}", json={"name": "Kate"}, headers=_clerk())
    assert changed.json() == {"name": "Kate", "email": None, "id": person_id, "version": 2}
    await _made(counter)
    assert (await counter.get(f"/v1/customers/{person_id}")).json()["name"] == "Kate"


async def test_a_repeat_whose_first_try_died_halfway_is_carried_through(counter: Counter) -> None:
    person_id = await _made(counter)
    counter.cards.cards.clear()
    await counter.store.claim("cards_asked", person_id, {}, {"made": False})
    assert await _made(counter) == person_id
    assert counter.cards.cards.keys() == {person_id}


async def test_a_repeat_whose_first_try_died_undoes_nothing_that_came_after(counter: Counter) -> None:
    person_id = await _made(counter)
    await counter.store.claim("cards_asked", person_id, {}, {"made": False})
    await counter.client.put(f"/v1/customers/{person_id}", json={"name": "Kate"}, headers=_clerk())
    again = await counter.post("/v1/customers", CARD, Idempotency_Key="k1")
    assert (again.status_code, again.json()["name"], again.json()["version"]) == (201, "Kate", 2)


class Dying:
    """A store that is away when it is first told something about who was asked for."""

    def __init__(self, inner: MemoryStore) -> None:
        self._inner = inner
        self.deaths = 1

    def __getattr__(self, call: str) -> Any:
        return getattr(self._inner, call)

    async def write(self, collection: str, writes: Any) -> bool:
        if collection == "cards_asked" and self.deaths:
            self.deaths -= 1
            raise Unavailable
        return await self._inner.write(collection, writes)


async def test_an_erasure_that_died_halfway_is_asked_again_and_leaves_no_trace(tmp_path: Path) -> None:
    async with shoe_counter(tmp_path) as counter:
        person_id = await _made(counter)
    dying = Dying(counter.store)
    owner = counter.cards
    async with shoe_counter(tmp_path, change=lambda parts: replace(parts, store=dying, owner=owner)) as counter:
        place = f"/v1/customers/{person_id}"
        first = await counter.client.delete(place, headers=_clerk())
        again = await counter.client.delete(place, headers=_clerk())
        (asked,) = await dying.find("cards_asked", {})
    assert (first.status_code, again.status_code, asked["fingerprint"]) == (503, 204, None)
    assert owner.cards == {}


async def test_the_same_key_with_another_card_is_a_mismatch(counter: Counter) -> None:
    await _made(counter)
    other = await counter.post("/v1/customers", {"name": "Doug"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


async def test_an_erased_person_does_not_come_back_by_a_repeat(counter: Counter) -> None:
    person_id = await _made(counter)
    erased = await counter.client.delete(f"/v1/customers/{person_id}", headers=_clerk())
    assert (erased.status_code, erased.content) == (204, b"")
    assert (await counter.get(f"/v1/customers/{person_id}")).status_code == 404
    assert (await counter.post("/v1/customers", CARD, Idempotency_Key="k1")).status_code == 404
    assert counter.cards.cards == {}


async def test_a_stale_if_match_changes_nothing(counter: Counter) -> None:
    person_id = await _made(counter)
    for method in ("PUT", "DELETE"):
        answer = await counter.client.request(
            method, f"/v1/customers/{person_id}", json=CARD, headers={**_clerk(), "If-Match": '"7"'}
        )
        assert (answer.status_code, answer.headers["ETag"]) == (412, '"1"')


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (token("clerk", regions=["south"]), 404),
        (token("customer", sub="dog"), 403),
        (token("manager"), 403),
        (token("clerk"), 200),
    ],
)
async def test_a_card_is_for_its_region_and_its_person(counter: Counter, who: str, status: int) -> None:
    person_id = await _made(counter)
    assert (await counter.get(f"/v1/customers/{person_id}", who)).status_code == status


async def test_a_person_sees_their_own_card(counter: Counter) -> None:
    person_id = await _made(counter)
    own = token("customer", sub=person_id)
    assert (await counter.get(f"/v1/customers/{person_id}", own)).status_code == 200
    answer = await counter.client.put(
        f"/v1/customers/{person_id}", json=CARD, headers={"Authorization": f"Bearer {own}"}
    )
    assert answer.status_code == 403


async def test_unknown_fields_of_a_card_are_refused(counter: Counter) -> None:
    answer = await counter.post("/v1/customers", {**CARD, "phone": "1"})
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/phone")


def _clerk() -> dict[str, str]:
    return {"Authorization": f"Bearer {token('clerk')}"}
