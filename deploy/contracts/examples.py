"""One message of every event version, made from its class: the same every time, and as it would be on the wire.

What stands in a committed example is kept as far as it still fits, so that an example may be written by hand.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from deploy.contracts.language import Published
from deploy.contracts.schemas import BASE
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hints import members
from shared.chassis.declarations.identity import derived_id

VALUES = Path(__file__).with_name("example_values.yaml")
DAY: Final = "2026-09-15"
MOMENT: Final = "2026-09-15T09:30:00Z"
SOURCE: Final = "/sixsteps/local/"


def example(published: Published, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole CloudEvent in its JSON form. Raises ValidationError when no value can be made for a field."""
    made = {name: _value(published.event, name) for name in published.event.model_fields}
    for name, value in ((kept or {}).get("data") or {}).items():
        if _fits(published.event, {**made, name: value}):
            made[name] = value
    data = published.event.model_validate(made).model_dump(mode="json")
    return {**_outside(published, data), "data": data}


def _fits(event: type[Event], data: Mapping[str, Any]) -> bool:
    try:
        event.model_validate(data)
    except ValidationError:
        return False
    return True


def _outside(published: Published, data: Mapping[str, Any]) -> dict[str, Any]:
    aggregate, title = published.aggregate, published.title
    thing = data.get(aggregate.id_field) or derived_id("example", aggregate.id_field)
    stream = aggregate.stream(str(thing))
    unit = aggregate.unit and (data.get(aggregate.unit) or derived_id("example", aggregate.unit))
    return {
        "specversion": "1.0",
        "id": derived_id("example", "event", title),
        "source": f"{SOURCE}{published.service}",
        "type": published.event.type_name(),
        "subject": stream,
        "time": MOMENT,
        "datacontenttype": "application/json",
        "dataschema": f"{BASE}{published.file}",
        "sequence": "1",
        "partitionkey": unit or stream,
        "region": "north",
        "correlationid": derived_id("example", "correlation"),
        "causationid": derived_id("example", "causation"),
        "recordedtime": MOMENT.replace("Z", "+00:00"),
        "dataclassification": "none",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }


def _value(owner: type[BaseModel], name: str) -> Any:
    known = _known()
    for spoken in (f"{owner.__name__}.{name}", name):
        if spoken in known and _takes(owner, name, known[spoken]):
            return known[spoken]
    field = owner.model_fields[name]
    return _typed(field.annotation, name) if field.is_required() or not field.default else field.default


def _takes(owner: type[BaseModel], name: str, value: Any) -> bool:
    """Whether this field takes the value, whatever the other fields need."""
    try:
        owner.model_validate({name: value})
    except ValidationError as faults:
        return all(fault["loc"][0] != name for fault in faults.errors())
    return True


def _typed(annotation: Any, name: str) -> Any:
    kind = next(member for member in members(annotation) if member is not NoneType)
    if get_origin(kind) is tuple:
        return [_typed(get_args(kind)[0], name.removesuffix("s"))]
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field: _value(kind, field) for field in kind.model_fields}
    return _simple(kind, name)


def _simple(kind: Any, name: str) -> Any:
    simple = {bool: True, int: 1, date: DAY, datetime: MOMENT}
    if kind in simple:
        return simple[kind]
    if kind is str and name.endswith(("_id", "_by")):
        return derived_id("example", name)
    return "example"


@cache
def _known() -> Mapping[str, Any]:
    """The values by field, as JSON has them."""
    read: Mapping[str, Any] = yaml.load(VALUES.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - the plainest one
    return read
