"""Every example is a message as it would be on the wire: envelope, schema and class agree on it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema_rs import validator_for

from deploy.cli.checkout import ROOT
from deploy.contracts import examples
from deploy.contracts.files import EXAMPLES, SCHEMAS
from deploy.contracts.language import Language
from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.event import Event
from shared.chassis.ports import Message
from shared.chassis.wire import read, record

FILES = sorted(path.relative_to(ROOT / EXAMPLES).as_posix() for path in (ROOT / EXAMPLES).glob("*/*.json"))


def test_every_committed_schema_has_an_example() -> None:
    assert sorted(path.relative_to(ROOT / SCHEMAS).as_posix() for path in (ROOT / SCHEMAS).glob("*/*.v*.json")) == FILES


@pytest.mark.parametrize("file", FILES)
def test_an_example_passes_its_schema(file: str) -> None:
    schema, example = _json(SCHEMAS / file), _json(EXAMPLES / file)
    found = validator_for(schema, validate_formats=True).iter_errors(example["data"])
    assert not [f"{fault.instance_path}: {fault.message}" for fault in found]
    assert example["dataschema"] == schema["$id"]


@pytest.mark.parametrize("file", FILES)
def test_an_example_is_read_from_the_wire_by_its_class(language: Language, file: str) -> None:
    example = _json(EXAMPLES / file)
    received = read(_message(example), Catalogue(one.event for one in language.published))
    assert received.event is not None
    assert (received.envelope.subject, received.envelope.sequence) == (example["subject"], 1)
    if received.event.type_name() == example["type"]:
        assert received.event.model_dump(mode="json") == example["data"]


@pytest.mark.parametrize("file", FILES)
def test_an_example_has_the_headers_that_the_writer_writes(file: str) -> None:
    example = _json(EXAMPLES / file)
    sent = record(_commit(example), {**example, "sequence": int(example["sequence"])}, example["source"])
    assert dict(sent.headers) == dict(_message(example).headers)
    assert orjson.loads(sent.value) == example["data"]


@pytest.mark.parametrize("file", FILES)
def test_a_field_that_nobody_promised_does_not_pass(file: str) -> None:
    schema, example = _json(SCHEMAS / file), _json(EXAMPLES / file)
    assert not validator_for(schema).is_valid({**example["data"], "forgotten": 1})


class Measured(Event):
    """A word of the list of values, used for something else here."""

    capacity: date
    cohort_id: str


def test_a_value_that_does_not_fit_a_field_is_left_out(language: Language) -> None:
    made = examples.example(replace(language.published[0], event=Measured))["data"]
    assert made["capacity"] == examples.DAY


def test_examples_are_the_same_every_time(language: Language) -> None:
    assert [examples.example(one) for one in language.published] == [
        examples.example(one) for one in language.published
    ]


def _message(example: Mapping[str, Any]) -> Message:
    """The example in binary mode."""
    moments = {name: datetime.fromisoformat(example[name]) for name in ("time",)}
    attributes = {**{name: told for name, told in example.items() if name != "data"}, **moments}
    sent = to_binary(CloudEvent(attributes, orjson.dumps(example["data"])), JSONFormat())
    return Message("any", 0, 0, example["partitionkey"].encode(), sent.value, tuple(sent.headers.items()))


def _commit(example: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stream": example["subject"],
        "at": datetime.fromisoformat(example["time"]),
        "key": example["partitionkey"],
        "region": example["region"],
        "correlation": example["correlationid"],
        "causation": example["causationid"],
        "trace": example["traceparent"],
    }


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / path).read_text())
    return found
