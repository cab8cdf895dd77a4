"""JSON Schema of an event: what its publisher writes, and what a reader must be able to take."""

from collections.abc import Mapping
from typing import Any, Final

from deploy.contracts.language import Published
from shared.chassis.declarations.event import Event

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
BASE: Final = "/schemas/"
"""Where the services hand schemas out; the wire's `dataschema` begins with it."""

Schema = Mapping[str, Any]


def written(published: Published) -> dict[str, Any]:
    """The committed schema of an event version: closed, because its publisher writes nothing else."""
    made = _plain(published.event.model_json_schema(mode="serialization"))
    made.pop("title", None)
    description = " ".join((published.event.__doc__ or "").split())
    head = {"$schema": DIALECT, "$id": f"{BASE}{published.file}", "title": published.title, "description": description}
    return {**head, **closed({name: told for name, told in made.items() if name != "description"})}


def read(event: type[Event]) -> dict[str, Any]:
    """What the class takes today: open, because a reader ignores what it does not know."""
    made: dict[str, Any] = _plain(event.model_json_schema(mode="validation"))
    return made


def closed(schema: Any) -> Any:
    """The same schema in which no object has a field that is not named."""
    return _objects(schema, lambda found: {"additionalProperties": False, **found})


def opened(schema: Any) -> Any:
    """The same schema as a careful reader sees it: more fields are ignored, more words in a list of words are borne."""
    return _objects(_without_words(schema), lambda found: _without(found, "additionalProperties", only=False))


def complete(schema: Any) -> Any:
    """The same schema in which every field is there: a publisher writes its defaults out."""
    return _objects(schema, lambda found: {**found, "required": sorted(found["properties"])})


def _objects(schema: Any, change: Any) -> Any:
    """Change every object that names its fields; an object without (a mapping) stays as it is."""
    if isinstance(schema, list):
        return [_objects(part, change) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    inside = {name: _objects(part, change) for name, part in schema.items()}
    return change(inside) if _names_fields(inside) else inside


def _names_fields(schema: Schema) -> bool:
    return schema.get("type") == "object" and isinstance(schema.get("properties"), Mapping)


def _without(schema: Schema, name: str, only: Any) -> Schema:
    return {key: part for key, part in schema.items() if not (key == name and part == only)}


def _without_words(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_words(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("type") == "string":
        return {name: part for name, part in schema.items() if name not in ("enum", "const")}
    return {name: _without_words(part) for name, part in schema.items()}


def _plain(schema: Any) -> Any:
    """Without the titles that pydantic makes out of the names of fields, and with docstrings on one line."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, Mapping):
        return " ".join(schema.split()) if isinstance(schema, str) else schema
    return {
        name: {field: _untitled(_plain(part)) for field, part in inside.items()}
        if name == "properties"
        else _plain(inside)
        for name, inside in schema.items()
    }


def _untitled(schema: Any) -> Any:
    return {name: part for name, part in schema.items() if name != "title"}
