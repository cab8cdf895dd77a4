"""Commands over HTTP: addresses, answers, repeats, versions, reach and regions."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.chassis.declarations.identity import derived_id
from shared.chassis.http.asking import cause_named
from shared.chassis.http.parts import HttpParts
from shared.chassis.ports import Unavailable
from shared.chassis.requests import Outcome, Request, Stored
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_pair import Pair
from tests.support.shoe_shop import PAIRS
from tests.support.tokens import NOW, token

ORDER = {"shop_id": "s1", "customer_id": "cat", "price_pence": 4_999}
PAIR = {"stock_number": "x-1", "size": 39}


async def test_a_new_thing_is_answered_with_its_place_version_and_public_state(counter: Counter) -> None:
    answer = await counter.post("/v1/orders", ORDER, Idempotency_Key="k1")
    body = answer.json()
    assert answer.status_code == 201
    assert body["id"] == derived_id(cause_named("ann", "POST", "/v1/orders", "k1"))
    assert (body["status"], body["version"]) == ("placed", 1)
    assert answer.headers["Location"] == f"/v1/orders/{body['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_second_creating_command_has_its_verb_in_the_address(counter: Counter) -> None:
    body = {"shop_id": "s1", "customer_id": "cat", "till_number": "t9"}
    answer = await counter.post("/v1/orders:import", body)
    assert (answer.status_code, answer.json()["status"]) == (201, "paid")


async def test_a_change_is_asked_at_the_things_verb(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999})
    assert (answer.status_code, answer.json()["status"], answer.headers["ETag"]) == (200, "paid", '"2"')


async def test_a_repeated_creation_gets_the_same_status_and_body(counter: Counter) -> None:
    first = await counter.post("/v1/orders", ORDER, Idempotency_Key="k1")
    await counter.post(f"/v1/orders/{first.json()['id']}:cancel")
    again = await counter.post("/v1/orders", ORDER, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]


async def test_the_same_key_with_another_body_is_a_mismatch(counter: Counter) -> None:
    await counter.post("/v1/orders", ORDER, Idempotency_Key="k1")
    other = await counter.post("/v1/orders", {**ORDER, "price_pence": 1}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


async def test_the_same_key_of_two_people_makes_two_things(counter: Counter) -> None:
    first = await counter.post("/v1/orders", ORDER, Idempotency_Key="k1")
    second = await counter.post("/v1/orders", ORDER, token("clerk", sub="bob"), Idempotency_Key="k1")
    assert first.json()["id"] != second.json()["id"]


async def test_requests_without_a_key_are_each_their_own(counter: Counter) -> None:
    assert await counter.order() != await counter.order()


async def test_fifty_identical_requests_at_once_make_one_thing(counter: Counter) -> None:
    answers = await asyncio.gather(
        *(counter.post("/v1/orders", ORDER, Idempotency_Key="k1") for _ in range(50)),
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await counter.store.count("journal", {}) == 1


async def test_what_must_be_unique_is_found_by_another_key_and_is_not_new(counter: Counter) -> None:
    first = await counter.post("/v1/pairs", PAIR, Idempotency_Key="k1")
    other = await counter.post("/v1/pairs", PAIR, Idempotency_Key="k2")
    repeat = await counter.post("/v1/pairs", PAIR, Idempotency_Key="k1")
    assert first.json()["id"] == derived_id("pair", "north", "x-1")
    assert (first.status_code, other.status_code, repeat.status_code) == (201, 200, 201)
    assert first.json() == other.json() == repeat.json()


async def test_shows_says_what_of_the_state_is_public(counter: Counter) -> None:
    answer = await counter.post("/v1/pairs", PAIR)
    assert answer.json().keys() == {"stock_number", "size", "free", "id", "version"}


@pytest.mark.parametrize("key", ["", "k" * 201, "a\tb"])
async def test_a_key_that_is_empty_too_long_or_unprintable_is_refused(counter: Counter, key: str) -> None:
    answer = await counter.post("/v1/orders", ORDER, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_idempotency_key")


async def test_a_stale_if_match_is_answered_with_the_current_etag(counter: Counter) -> None:
    order_id = await counter.order()
    await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999})
    answer = await counter.post(f"/v1/orders/{order_id}:cancel", If_Match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch")
    assert answer.headers["ETag"] == '"2"'
    fine = await counter.post(f"/v1/orders/{order_id}:cancel", If_Match='"2"')
    assert fine.status_code == 200


async def test_an_if_match_that_is_no_version_is_refused(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.post(f"/v1/orders/{order_id}:cancel", If_Match='W/"1"')
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_if_match")


async def test_a_refusal_is_a_problem_with_its_name_sentence_field_and_details(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 1}, Correlation_Id="corr-0001")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:sixsteps:problem:wrong_amount",
        "title": "Wrong amount",
        "status": 422,
        "detail": "The amount must be the price of the order.",
        "code": "wrong_amount",
        "pointer": "/amount_pence",
        "details": {"price_pence": 4_999},
        "correlation_id": "corr-0001",
    }


async def test_kinds_of_refusals_have_their_own_status(counter: Counter) -> None:
    order_id = await counter.order()
    conflict = await counter.post(f"/v1/orders/{order_id}:ship")
    missing = await counter.post("/v1/orders/nothing:ship")
    assert (conflict.status_code, conflict.json()["code"]) == (409, "not_paid")
    assert missing.status_code == 404


@pytest.mark.parametrize("verb", ["expire", "ask-courier", "attach-picture", "record-courier"])
async def test_what_nobody_outside_may_ask_has_no_address(counter: Counter, verb: str) -> None:
    order_id = await counter.order()
    assert (await counter.post(f"/v1/orders/{order_id}:{verb}", {})).status_code == 404


async def test_a_role_that_is_not_named_is_not_permitted(counter: Counter) -> None:
    answer = await counter.post("/v1/pairs", PAIR, token("manager", shops=["s1"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_without_a_token_nobody_is_let_in(counter: Counter) -> None:
    answer = await counter.post("/v1/orders", ORDER, "")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (token("manager", shops=["s1"]), 200),
        (token("manager", shops=["s2"]), 403),
        (token("manager"), 403),
        (token("customer", sub="cat"), 200),
        (token("customer", sub="dog"), 403),
        (token("customer", "clerk", sub="dog"), 200),
    ],
)
async def test_a_role_reaches_its_units_or_its_own(counter: Counter, who: str, status: int) -> None:
    order_id = await counter.order()
    assert (await counter.post(f"/v1/orders/{order_id}:cancel", None, who)).status_code == status
    assert (await counter.get(f"/v1/orders/{order_id}", who)).status_code == status


async def test_a_customer_orders_for_themselves_only(counter: Counter) -> None:
    own = await counter.post("/v1/orders", ORDER, token("customer", sub="cat"))
    others = await counter.post("/v1/orders", ORDER, token("customer", sub="dog"))
    assert (own.status_code, others.status_code) == (201, 403)
    assert await counter.store.count("journal", {}) == 1


async def test_another_regions_thing_is_not_there(counter: Counter) -> None:
    order_id, south = await counter.order(), token("clerk", regions=["south"])
    told = [
        await counter.post(f"/v1/orders/{order_id}:cancel", None, south),
        await counter.get(f"/v1/orders/{order_id}", south),
        await counter.get(f"/v1/orders/{order_id}/history", south),
        await counter.send(f"/v1/orders/{order_id}/files", b"x", south),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in told] == [(404, "unknown_thing")] * 4


async def test_with_several_regions_a_new_thing_needs_one_named(counter: Counter) -> None:
    both = token("clerk", regions=["north", "south"])
    unclear = await counter.post("/v1/orders", ORDER, both)
    clear = await counter.post("/v1/orders", ORDER, both, Sixsteps_Region="south")
    foreign = await counter.post("/v1/orders", ORDER, both, Sixsteps_Region="east")
    assert (unclear.status_code, unclear.json()["code"]) == (422, "region_not_clear")
    assert unclear.json()["details"]["header"] == "Sixsteps-Region"
    assert clear.status_code == 201
    assert (foreign.status_code, foreign.json()["code"]) == (422, "region_not_yours")
    assert (await counter.get(clear.headers["Location"])).status_code == 404


async def test_a_creating_command_that_changes_what_is_there_made_nothing(tmp_path: Path) -> None:
    class Later:
        async def handle(self, request: Request) -> Outcome:
            return Outcome(Stored(PAIRS, "p1", "north", "p1", Pair(), 2, NOW), new=True)

    async with shoe_counter(tmp_path, change=_handled_by(Later())) as counter:
        answer = await counter.post("/v1/pairs", PAIR)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert "Location" not in answer.headers


def _handled_by(handling: Any) -> Callable[[HttpParts], HttpParts]:
    return lambda parts: replace(parts, handling=handling)


async def test_a_journal_that_is_away_is_answered_with_when_to_ask_again(tmp_path: Path) -> None:
    class Away:
        async def handle(self, request: Request) -> Outcome:
            raise Unavailable("mongodb://secret")

    async with shoe_counter(tmp_path, change=_handled_by(Away())) as counter:
        answer = await counter.post("/v1/orders", ORDER)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert "secret" not in answer.text


async def test_an_accident_is_answered_without_a_word_about_itself(tmp_path: Path) -> None:
    class Broken:
        async def handle(self, request: Request) -> Outcome:
            raise RuntimeError("the secret is 4711")

    with capture_logs() as told:
        async with shoe_counter(tmp_path, change=_handled_by(Broken())) as counter:
            answer = await counter.post("/v1/orders", ORDER)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "4711" not in answer.text
    (line,) = (line for line in told if line["event"] == "request_failed")
    assert (line["route"], type(line["exc_info"])) == ("/v1/orders", RuntimeError)


async def test_who_may_not_learns_no_version_by_guessing_one(counter: Counter) -> None:
    order_id = await counter.order(shop_id="s1")
    other = token("manager", shops=["s2"])
    answer = await counter.post(f"/v1/orders/{order_id}:cancel", {}, other, If_Match='"7"')
    assert (answer.status_code, "ETag" in answer.headers) == (403, False)


async def test_the_journal_does_not_keep_the_words_of_an_idempotency_key(counter: Counter) -> None:
    answer = await counter.post("/v1/orders", ORDER, Idempotency_Key="for Catherine Walker, 07700 900123")
    (commit,) = await counter.store.find("journal", {"thing": answer.json()["id"]})
    assert "Catherine" not in str(commit)


async def test_two_who_act_for_the_same_person_do_not_share_their_keys(counter: Counter) -> None:
    ann, bob = (token("clerk", sub="cat", act={"sub": name}) for name in ("ann", "bob"))
    first = await counter.post("/v1/orders", ORDER, ann, Idempotency_Key="k1")
    other = await counter.post("/v1/orders", {**ORDER, "price_pence": 1}, bob, Idempotency_Key="k1")
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]
