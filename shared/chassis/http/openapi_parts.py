"""The parts that every service's OpenAPI document has in common."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.chassis.declarations.access import Access
from shared.chassis.http.asking import KEY_HEADER, MAX_KEY
from shared.chassis.http.edge import CORRELATION_HEADER
from shared.chassis.http.naming import KEY_PATTERN
from shared.chassis.http.paging import MAX_LIMIT, USUAL_LIMIT
from shared.chassis.http.problems import PROBLEM_JSON
from shared.chassis.http.reach import REGION_HEADER

KEY: Final = {"type": "string", "pattern": f"^{KEY_PATTERN}$"}
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}


def ref(name: str) -> Mapping[str, Any]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _header(name: str, description: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


_ETAG: Final = {"type": "string", "pattern": r'^"\d{1,15}"$'}

COMPONENTS: Final[Mapping[str, Any]] = {
    "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    "parameters": {
        "IdempotencyKey": _header(
            KEY_HEADER,
            "Ask again with the same key and get the same answer.",
            {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
        ),
        "IfMatch": _header("If-Match", "The version that you have seen; 412 when it is another by now.", _ETAG),
        "IfNoneMatch": _header("If-None-Match", "304 when it is still this version.", _TEXT),
        "Region": _header(REGION_HEADER, "Which of your regions you mean; needed when you have several.", KEY),
        "Correlation": _header(CORRELATION_HEADER, "Your own mark of this piece of work; comes back.", _TEXT),
    },
    "headers": {
        "ETag": {"description": "The version.", "schema": _ETAG},
        "Location": {"description": "Where the new thing is.", "schema": _TEXT},
        "Link": {"description": 'The next page, as rel="next".', "schema": _TEXT},
        "RetryAfter": {"description": "Seconds to wait.", "schema": _NUMBER},
    },
    "responses": {
        "Problem": {"description": "No, and why.", "content": {PROBLEM_JSON: {"schema": ref("Problem")}}},
        "Unavailable": {
            "description": "Not at the moment. Ask again, with the same key.",
            "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
            "content": {PROBLEM_JSON: {"schema": ref("Problem")}},
        },
    },
}

_ERROR: Final = {"type": "object", "properties": {"pointer": _TEXT, "code": _TEXT, "detail": _TEXT}}
_WHO_WHAT_WHEN: Final = {
    "revision": _NUMBER,
    "at": {"type": "string", "format": "date-time"},
    "actor": {"type": "object"},
    "command": {"type": ["string", "null"]},
}
_ENTRY: Final = {
    "type": "object",
    "required": ["revision", "at", "actor", "command", "events"],
    "properties": {
        **_WHO_WHAT_WHEN,
        "events": {
            "type": "array",
            "items": {"type": "object", "properties": {"type": _TEXT, "data": {"type": "object"}}},
        },
    },
}
_MAYBE: Final = {"type": ["string", "null"]}
_AUDITED: Final = {
    "type": "object",
    "required": ["subject", "revision", "at", "actor", "on_behalf_of", "command", "reason", "events"],
    "properties": {
        **_WHO_WHAT_WHEN,
        "subject": _TEXT,
        "on_behalf_of": {**_MAYBE, "description": "The person for whom the actor asked, when it was somebody else."},
        "reason": {"description": "The reason that was given: a word, or a reference to a text."},
        "events": {"type": "array", "items": {"type": "object", "properties": {"id": _TEXT, "type": _TEXT}}},
        "correlation_id": _TEXT,
        "causation_id": _TEXT,
    },
}
SCHEMAS: Final[Mapping[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `code` is stable; `pointer` names the field at fault.",
        "required": ["type", "title", "status", "detail", "code", "correlation_id"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": _NUMBER,
            "detail": _TEXT,
            "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            "pointer": _TEXT,
            "errors": {"type": "array", "items": _ERROR},
            "details": {"type": "object"},
            "correlation_id": {"type": ["string", "null"]},
        },
    },
    "Entry": _ENTRY,
    "AuditEntry": _AUDITED,
    "Document": {
        "type": "object",
        "required": ["id", "text", "redacted"],
        "properties": {"id": KEY, "text": {"type": ["string", "null"]}, "redacted": {"type": "boolean"}},
    },
}

_STATUSES: Final = ("400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "500")
NOES: Final[Mapping[str, Any]] = {
    **{status: {"$ref": "#/components/responses/Problem"} for status in _STATUSES},
    "503": {"$ref": "#/components/responses/Unavailable"},
}

TOO_OFTEN: Final[Mapping[str, Any]] = {"429": {"$ref": "#/components/responses/Unavailable"}}


def parameters(*names: str) -> list[Mapping[str, Any]]:
    """References to shared parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def query(name: str, schema: Mapping[str, Any], *, required: bool = False) -> Mapping[str, Any]:
    """A parameter after the question mark."""
    return {"name": name, "in": "query", "required": required, "schema": schema}


_LIMIT: Final = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": USUAL_LIMIT}
PAGED: Final = (query("limit", _LIMIT), query("cursor", _TEXT))
"""What every list takes."""


def answer(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer in JSON."""
    return {"description": "Yes.", "content": {"application/json": {"schema": schema}}}


def versioned(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer with its version."""
    return {**answer(schema), "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}}


def created(answered: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer when a new thing was made."""
    location = {"Location": {"$ref": "#/components/headers/Location"}}
    return {**answered, "description": "Made.", "headers": {**answered["headers"], **location}}


def page(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """One page of a list."""
    schema = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": row}, "next": {"type": ["string", "null"]}},
    }
    return {**answer(schema), "headers": {"Link": {"$ref": "#/components/headers/Link"}}}


def json_body(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body in JSON. It may be left out when nothing in it is required."""
    return {"required": False, "content": {"application/json": {"schema": schema}}}


def file_body(media_types: Iterable[str]) -> Mapping[str, Any]:
    """A file, as it is or in a form."""
    form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    raw = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(media_types)}
    return {"required": True, "content": {**raw, "multipart/form-data": {"schema": form}}}


def with_version(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a thing, with the id and version that the chassis adds."""
    properties = {**schema.get("properties", {}), "id": KEY, "version": _NUMBER}
    required = sorted({*schema.get("required", ()), "id", "version"})
    return {**schema, "properties": properties, "required": required}


def who_may(access: Access) -> str:
    """Who may use it, in words."""
    if access.public:
        return "Anybody."
    grants = [f"{grant.role} (within {grant.within})" for grant in sorted(access.grants, key=lambda one: one.role)]
    return "Who may: " + ", ".join(grants + (["anybody signed in"] if access.signed_in else [])) + "."
