"""For who runs the service: health, metrics, and the description of the API."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
from structlog.testing import capture_logs

from shared.chassis.http.parts import HttpParts
from tests.support.shoe_counter import Counter, shoe_counter


async def _fine() -> None:
    return


async def _away() -> None:
    raise ConnectionError("mongodb://user:secret@host")


async def _hangs() -> None:
    await asyncio.Event().wait()


async def test_alive_needs_nobody(counter: Counter) -> None:
    assert (await counter.get("/livez", "")).status_code == 200


async def test_ready_names_every_dependency_that_fails_and_nothing_more(tmp_path: Path) -> None:
    def with_checks(parts: HttpParts) -> HttpParts:
        checks = {"store": _away, "relay": _fine, "broker": _hangs}
        return replace(parts, checks=checks, check_seconds=0.05)

    with capture_logs() as told:
        async with shoe_counter(tmp_path, change=with_checks) as counter:
            answer = await counter.get("/readyz", "")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "failing": ["broker", "store"]})
    why = {line["waits_for"]: line["failure"] for line in told if line["event"] == "not_ready"}
    assert why == {"store": "ConnectionError", "broker": "TimeoutError"}


async def test_ready_when_all_dependencies_answer(counter: Counter) -> None:
    answer = await counter.get("/readyz", "")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_requests_are_measured_by_route_not_by_id(counter: Counter) -> None:
    order_id = await counter.order()
    await counter.get(f"/v1/orders/{order_id}")
    await counter.get("/nowhere/at/all")
    told = (await counter.get("/metrics", "")).text
    assert 'sixsteps_http_seconds_count{method="GET",route="/v1/orders/{id:key}",status="200"} 1.0' in told
    assert order_id not in told
    assert "nowhere" not in told


async def test_a_method_that_somebody_made_up_fills_no_metrics(counter: Counter) -> None:
    for method in ("BREW", "WHEN"):
        await counter.client.request(method, "/v1/orders")
    told = (await counter.get("/metrics", "")).text
    assert 'method="other"' in told
    assert "BREW" not in told


async def test_the_published_language_is_told_where_there_is_one(tmp_path: Path) -> None:
    def with_language(parts: HttpParts) -> HttpParts:
        schemas = {"shoes/OrderPaid.v1.json": {"type": "object"}}
        return replace(parts, asyncapi=lambda: {"asyncapi": "3.0.0"}, schema=schemas.get)

    async with shoe_counter(tmp_path, change=with_language) as counter:
        assert (await counter.get("/asyncapi.json", "")).json() == {"asyncapi": "3.0.0"}
        assert (await counter.get("/schemas/shoes/OrderPaid.v1.json", "")).json() == {"type": "object"}
        assert (await counter.get("/schemas/other.json", "")).status_code == 404


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


async def _described(counter: Counter) -> dict[str, Any]:
    answer = await counter.get("/openapi.json", "")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_every_reference_of_the_description_leads_somewhere(counter: Counter) -> None:
    told = await _described(counter)
    references = set(_references(told))
    assert references
    for reference in references:
        node: Any = told
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


async def test_every_schema_of_the_description_is_a_json_schema(counter: Counter) -> None:
    for schema in (await _described(counter))["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})


async def test_the_description_tells_every_address_that_is_served(counter: Counter) -> None:
    served = {
        (re.sub(r"{(\w+):key}", r"{\1}", route.path), method.lower())
        for route in counter.client._transport.app.routes  # type: ignore[attr-defined]  # the transport holds the app
        if route.path.startswith("/v1")
        for method in route.methods - {"HEAD"}
    }
    told = {(path, method) for path, methods in (await _described(counter))["paths"].items() for method in methods}
    assert told == served


async def test_the_body_of_a_command_leaves_the_id_out(counter: Counter) -> None:
    told = await _described(counter)
    schema = told["components"]["schemas"]["PlaceOrder"]
    assert "order_id" not in schema["properties"]
    assert schema["required"] == ["shop_id", "customer_id", "price_pence"]
    assert schema["additionalProperties"] is False


async def test_every_operation_says_who_may_and_how_a_no_looks(counter: Counter) -> None:
    told = await _described(counter)
    operations = [operation for methods in told["paths"].values() for operation in methods.values()]
    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for operation in operations:
        assert operation["security"] == [{"bearer": []}]
        assert {"401", "403", "404", "422", "503"} <= operation["responses"].keys()
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


async def test_answers_are_as_described(counter: Counter) -> None:
    told = await _described(counter)
    order_id = await counter.order()
    answer = (await counter.get(f"/v1/orders/{order_id}")).json()
    schema = {"$ref": "#/components/schemas/Order", "components": told["components"]}
    jsonschema_rs.validate(schema, answer)
    problem = (await counter.get("/v1/orders/x")).json()
    jsonschema_rs.validate({"$ref": "#/components/schemas/Problem", "components": told["components"]}, problem)
