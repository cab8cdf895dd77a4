"""What the specification asks of a CloudEvent in Kafka's binary mode, as a JSON Schema of its attributes."""

from typing import Any, Final

from shared.chassis.ports import Message

_WORD: Final = {"type": "string", "minLength": 1}

CLOUD_EVENT: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "source", "specversion", "type", "subject", "time", "datacontenttype", "dataschema", "sequence"],
    "properties": {
        "id": _WORD,
        "source": {"type": "string", "format": "uri-reference", "pattern": "^/sixsteps/[a-z0-9-]+/[a-z]+$"},
        "specversion": {"const": "1.0"},
        "type": {"type": "string", "pattern": r"^sixsteps\.[a-z]+\.[A-Z][A-Za-z]+\.v[1-9][0-9]*$"},
        "subject": _WORD,
        "time": {"type": "string", "format": "date-time"},
        "recordedtime": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "format": "uri-reference", "pattern": r"^/schemas/.+\.json$"},
        "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "partitionkey": _WORD,
        "region": _WORD,
        "correlationid": _WORD,
        "causationid": _WORD,
        "dataclassification": {"const": "none"},
        "traceparent": {"type": "string", "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
    },
    "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
    "additionalProperties": {"type": "string"},
}


def attributes(message: Message) -> dict[str, str]:
    """The attributes by name, out of the headers. Raises AssertionError for a header that comes twice."""
    names = [name for name, _ in message.headers]
    assert len(names) == len(set(names)), names
    found = {name.removeprefix("ce_"): value.decode() for name, value in message.headers if name.startswith("ce_")}
    return {**found, "datacontenttype": dict(message.headers)["content-type"].decode()}
