"""Bad input: every one a clear problem, never a 500."""

import json
from collections.abc import AsyncIterator

import pytest

from shared.chassis.http.bodies import MAX_DEPTH
from tests.support.shoe_counter import Counter
from tests.support.tokens import token

ORDER = {"shop_id": "s1", "customer_id": "cat", "price_pence": 4_999}


def _order(**changes: object) -> bytes:
    return json.dumps({**ORDER, **changes}).encode()


BODIES = {
    "an unknown field": (_order(colour="red"), 422, "invalid_fields", "/colour"),
    "a missing field": (b'{"shop_id": "s1", "price_pence": 1}', 422, "invalid_fields", "/customer_id"),
    "the id": (_order(order_id="mine"), 422, "invalid_fields", "/order_id"),
    "a wrong type": (_order(price_pence="4999"), 422, "invalid_fields", "/price_pence"),
    "a truth for a number": (_order(price_pence=True), 422, "invalid_fields", "/price_pence"),
    "a negative number": (_order(price_pence=-1), 422, "invalid_fields", "/price_pence"),
    "a huge number": (_order(price_pence=2**63), 422, "number_out_of_range", "/price_pence"),
    "a number of a million digits": (b'{"price_pence": ' + b"9" * 90_000 + b"}", 400, "malformed_json", None),
    "an infinite number": (b'{"price_pence": 1e999}', 422, "number_out_of_range", "/price_pence"),
    "a spelled infinity": (b'{"price_pence": Infinity}', 400, "malformed_json", None),
    "no number": (b'{"price_pence": NaN}', 400, "malformed_json", None),
    "a huge id": (_order(shop_id="s" * 129), 422, "invalid_fields", "/shop_id"),
    "an id with a path": (_order(shop_id="../../x"), 422, "invalid_fields", "/shop_id"),
    "a null character": (_order(shop_id="a\0b"), 422, "unusable_text", "/shop_id"),
    "half a surrogate": (b'{"shop_id": "\\ud800"}', 422, "unusable_text", "/shop_id"),
    "an operator": (_order(**{"$where": "1"}), 422, "unusable_text", ""),
    "invalid utf-8": (b'{"shop_id": "\xff"}', 400, "malformed_json", None),
    "no json": (b"{", 400, "malformed_json", None),
    "the same field twice": (b'{"shop_id": "a", "shop_id": "b"}', 400, "malformed_json", None),
    "a list": (b"[]", 422, "invalid_fields", ""),
    "a text": (b'"x"', 422, "invalid_fields", ""),
    "nothing at all": (b"null", 422, "invalid_fields", ""),
    "1,000 deep": (b'{"a":' * 1_000 + b"1" + b"}" * 1_000, 400, "nested_too_deep", None),
    "40,000 deep": (b"[" * 40_000, 400, "nested_too_deep", None),
    "just too deep": (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), 400, "nested_too_deep", None),
    "10 MB": (b" " * 10_000_000, 413, "body_too_large", None),
}


@pytest.mark.parametrize(("body", "status", "code", "pointer"), BODIES.values(), ids=BODIES.keys())
async def test_a_bad_body_is_a_clear_problem(
    counter: Counter, body: bytes, status: int, code: str, pointer: str | None
) -> None:
    answer = await counter.send("/v1/orders", body, Content_Type="application/json")
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["code"], problem.get("pointer")) == (status, code, pointer)
    assert await counter.store.count("journal", {}) == 0


async def test_every_field_at_fault_is_named_and_no_value_told(counter: Counter) -> None:
    answer = await counter.send("/v1/orders", _order(shop_id=7, price_pence="secret"), Content_Type="application/json")
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/shop_id", "/price_pence"}
    assert "secret" not in answer.text


async def test_a_large_body_without_a_length_is_stopped_too(counter: Counter) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    answer = await counter.client.post(
        "/v1/orders", content=endless(), headers={"Content-Type": "application/json", **_signed_in()}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
async def test_another_content_type_is_refused(counter: Counter, kind: str) -> None:
    answer = await counter.send("/v1/orders", _order(), Content_Type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "content_type_not_supported")


async def test_a_compressed_body_is_refused(counter: Counter) -> None:
    answer = await counter.send("/v1/orders", b"x", Content_Encoding="gzip", Content_Type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (415, "content_encoding_not_supported")


@pytest.mark.parametrize(
    "place", ["/v1/orders/" + "x" * 129, "/v1/orders/a%00b", "/v1/orders/%ff", "/v1/orders/a%2fb/c"]
)
async def test_an_id_that_cannot_be_is_not_there(counter: Counter, place: str) -> None:
    answer = await counter.get(place)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_method_that_is_not_taken_is_told_with_those_that_are(counter: Counter) -> None:
    answer = await counter.client.delete("/v1/orders/x", headers=_signed_in())
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("given", ["short", "x" * 129, "a b c d e f g h", "<script>alert(1)"])
async def test_a_correlation_id_that_is_not_sane_is_replaced(counter: Counter, given: str) -> None:
    answer = await counter.get("/v1/orders/x", Correlation_Id=given)
    told = answer.headers["Correlation-Id"]
    assert told != given
    assert answer.json()["correlation_id"] == told


async def test_correlation_and_trace_go_into_the_journal(counter: Counter) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await counter.post("/v1/orders", ORDER, Correlation_Id="corr-0001", traceparent=trace)
    commit = (await counter.store.find("journal", {}))[0]
    assert answer.headers["Correlation-Id"] == commit["correlation"] == "corr-0001"
    assert commit["trace"].split("-")[1] == trace.split("-")[1]


def _signed_in() -> dict[str, str]:
    return {"Authorization": f"Bearer {token('clerk')}"}
