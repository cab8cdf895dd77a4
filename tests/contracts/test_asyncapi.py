"""Each service's AsyncAPI document is valid, tells what it publishes and reads, and refers to nothing missing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema_rs import validator_for

from deploy.cli.checkout import ROOT
from deploy.contracts.asyncapi import HEADERS, OPTIONAL
from deploy.contracts.files import EXAMPLES, SCHEMAS
from deploy.contracts.language import Language
from deploy.services import NAMES


@pytest.fixture(params=NAMES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def document(service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / SCHEMAS / service / "asyncapi.json").read_text())
    return found


def test_it_has_the_form_of_asyncapi_3(document: dict[str, Any]) -> None:
    assert ApplicationSchema.model_validate(document).asyncapi == "3.0.0"
    assert document["info"].keys() >= {"title", "version"}
    assert all(operation["action"] in ("send", "receive") for operation in document["operations"].values())


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    missing = [target for target in _references(document) if not _there(document, target)]
    assert not missing


def test_an_operation_names_messages_of_its_own_channel(document: dict[str, Any]) -> None:
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert operation["messages"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_it_says_what_the_service_publishes_and_reads(
    language: Language, service: str, document: dict[str, Any]
) -> None:
    sent = {message["$ref"].rpartition("/")[2] for message in document["operations"]["publish"]["messages"]}
    assert sent == {f"{one.service}.{one.title}" for one in language.of(service)}
    heard = {
        message["$ref"].rpartition("/")[2]
        for operation in document["operations"].values()
        if operation["action"] == "receive"
        for message in operation["messages"]
    }
    assert heard == {f"{one.service}.{one.title}" for one in language.read_by(service)}


def test_its_payloads_take_the_examples(document: dict[str, Any]) -> None:
    for name, message in document["components"]["messages"].items():
        publisher, _, title = name.partition(".")
        example = json.loads((ROOT / EXAMPLES / publisher / f"{title}.json").read_text())
        schema = {**message["payload"], "components": document["components"]}
        assert validator_for(schema).is_valid(example["data"]), name


def test_its_headers_are_those_of_the_wire() -> None:
    example = json.loads((ROOT / EXAMPLES / "enrolment" / "HomeEnrolled.v1.json").read_text())
    attributes = {f"ce_{name}" for name in example if name not in ("data", "datacontenttype")}
    assert attributes | {"content-type"} == HEADERS.keys()
    assert HEADERS.keys() > OPTIONAL


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inside in part.values():
            yield from _references(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _references(inside)


def _there(document: dict[str, Any], target: str) -> bool:
    found: Any = document
    for step in target.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True
