"""Questions about one thing, and questions of the service's own."""

from shared.chassis.declarations.event import NAMESPACE
from tests.support.shoe_counter import Counter
from tests.support.tokens import token


async def test_a_thing_is_told_as_its_stream_says_it_is(counter: Counter) -> None:
    order_id = await counter.order()
    await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999})
    answer = await counter.get(f"/v1/orders/{order_id}")
    assert (answer.json()["status"], answer.json()["version"], answer.headers["ETag"]) == ("paid", 2, '"2"')


async def test_who_has_this_version_already_is_told_so(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.get(f"/v1/orders/{order_id}", If_None_Match='"7", W/"1"')
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"1"')


async def test_a_thing_that_is_not_there_is_not_found(counter: Counter) -> None:
    answer = await counter.get("/v1/orders/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_thing")


async def test_the_history_tells_who_did_what_when(counter: Counter) -> None:
    order_id = await counter.order()
    await counter.post(f"/v1/orders/{order_id}:pay", {"amount_pence": 4_999}, token("clerk", sub="bob"))
    entries = (await counter.get(f"/v1/orders/{order_id}/history")).json()["items"]
    assert [(entry["revision"], entry["command"], entry["actor"]["id"]) for entry in entries] == [
        (1, "PlaceOrder", "ann"),
        (2, "PayOrder", "bob"),
    ]
    assert entries[1]["events"] == [
        {"type": f"{NAMESPACE}.shoes.OrderPaid.v1", "data": {"order_id": order_id, "amount_pence": 4_999}}
    ]
    assert entries[0]["at"] == "2026-03-02T12:00:00+00:00"


async def test_the_history_is_for_who_may_see_the_thing(counter: Counter) -> None:
    order_id = await counter.order()
    assert (await counter.get(f"/v1/orders/{order_id}/history", token("customer", sub="dog"))).status_code == 403


async def test_a_free_text_is_kept_out_of_the_journal_and_told_at_its_place(counter: Counter) -> None:
    order_id, other = await counter.order(), await counter.order()
    answer = await counter.post(f"/v1/orders/{order_id}:add-note", {"note": "  Ring Mrs Smith first.  "})
    document_id = answer.json()["note_ids"][0]
    told = await counter.get(f"/v1/orders/{order_id}/documents/{document_id}")
    assert told.json() == {"id": document_id, "text": "Ring Mrs Smith first.", "redacted": False}
    assert "Smith" not in str(await counter.store.find("journal", {}))
    assert (await counter.get(f"/v1/orders/{other}/documents/{document_id}")).status_code == 404
    assert (await counter.get(f"/v1/orders/{order_id}/documents/other")).status_code == 404


async def test_a_redacted_text_is_told_as_redacted_even_when_its_request_comes_again(counter: Counter) -> None:
    order_id = await counter.order()
    place = f"/v1/orders/{order_id}:add-note"
    first = await counter.post(place, {"note": "Mrs Smith"}, Idempotency_Key="k1")
    document_id = first.json()["note_ids"][0]
    await counter.parts.documents.redact(document_id)
    again = await counter.post(place, {"note": "Mrs Smith"}, Idempotency_Key="k1")
    told = await counter.get(f"/v1/orders/{order_id}/documents/{document_id}")
    assert again.json() == first.json()
    assert told.json() == {"id": document_id, "text": None, "redacted": True}


async def test_a_query_answers_from_the_viewers_regions(counter: Counter) -> None:
    order_id = await counter.order()
    place = f"/v1/orders/{order_id}/price"
    assert (await counter.get(place)).json() == {"pence": 4_999, "currency": "GBP"}
    assert (await counter.get(f"{place}?currency=EUR")).json()["currency"] == "EUR"
    south = await counter.get(place, token("clerk", regions=["south"]))
    assert (south.status_code, south.json()["code"]) == (404, "no_such_order")
    assert (await counter.get(place, token("manager"))).status_code == 403


async def test_a_query_refuses_what_it_does_not_know(counter: Counter) -> None:
    order_id = await counter.order()
    place = f"/v1/orders/{order_id}/price"
    assert (await counter.get(f"{place}?colour=red")).json()["code"] == "unknown_parameter"
    assert (await counter.get(f"{place}?order_id=other")).json()["code"] == "unknown_parameter"
    assert (await counter.get(f"{place}?currency=")).json()["code"] == "invalid_fields"
    assert (await counter.get(f"{place}?currency=%00")).json()["code"] == "unusable_text"
