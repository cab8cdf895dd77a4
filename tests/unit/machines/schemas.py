"""The committed schema of an event, against which what was made is held."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema_rs import Validator, validator_for

from deploy.cli.checkout import ROOT
from deploy.contracts.files import SCHEMAS


def check(told: Mapping[str, Any]) -> None:
    """Fail when the data of a public event do not keep to the schema of its type."""
    found = _schema(told["type"]).iter_errors(told["data"])
    assert not [f"{told['type']} {fault.instance_path}: {fault.message}" for fault in found]


@cache
def _schema(type_name: str) -> Validator:
    _, service, name, version = type_name.split(".")
    return validator_for(json.loads((ROOT / SCHEMAS / service / f"{name}.{version}.json").read_text()))
