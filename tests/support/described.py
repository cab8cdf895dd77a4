"""Requests made out of an OpenAPI document: every operation, with the smallest body that fits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis.strategies import from_regex

DAY = "2026-03-02"
MOMENT = "2026-03-02T10:00:00+00:00"
KEY = "k-1"
METHODS = frozenset({"get", "post", "put", "delete", "patch"})
ONE = settings(database=None, derandomize=True, max_examples=1, phases=[Phase.generate])


@dataclass(frozen=True)
class Operation:
    """One operation of one service: `body` is its schema, `media` the kind of body, if it takes one."""

    service: str
    method: str
    path: str
    media: str | None
    body: Mapping[str, Any] | None
    document: Mapping[str, Any]
    required: tuple[str, ...]

    @property
    def collection(self) -> str:
        """The first part of the path: whose things these are."""
        return re.split(r"[/:]", self.path.removeprefix("/v1/"))[0]

    @property
    def names(self) -> list[str]:
        """The names in braces."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body's fields with their schemas."""
        found: Mapping[str, Any] = self.resolved(self.body or {}).get("properties", {})
        return found

    def at(self, **ids: str) -> str:
        """The path with these ids; a name without one gets a key that nothing has."""
        return re.sub(r"{(\w+)}", lambda name: ids.get(name[1], KEY), self.path)

    def question(self) -> Mapping[str, Any]:
        """The parameters that must be there, each as small as it may be."""
        told = self.document["paths"][self.path][self.method.lower()]["parameters"]
        schemas = {one["name"]: one["schema"] for one in told if one.get("in") == "query"}
        return {name: self._smallest(schemas[name]) for name in self.required}

    def smallest(self) -> Any:
        """The smallest body that fits, or None when it takes no JSON."""
        return self._smallest(self.body) if self.body is not None else None

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema behind a reference, and of several possible ones the first that is no null."""
        if "$ref" in schema:
            found: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return self.resolved(found)
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            return self.resolved(next(each for each in several if each.get("type") != "null"))
        return schema

    def _smallest(self, given: Mapping[str, Any]) -> Any:
        schema = self.resolved(given)
        if "enum" in schema:
            return schema["enum"][0]
        if "const" in schema:
            return schema["const"]
        match schema.get("type"):
            case "object":
                needed = schema.get("required", ())
                return {name: self._smallest(schema["properties"][name]) for name in needed}
            case "array":
                return [self._smallest(schema["items"])] * schema.get("minItems", 0)
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return True
            case _:
                return _text(schema)


def _text(schema: Mapping[str, Any]) -> str:
    match schema.get("format"):
        case "date":
            return DAY
        case "date-time":
            return MOMENT
        case _:
            plain = KEY.ljust(schema.get("minLength", 0), "1")
            pattern = schema.get("pattern")
            return plain if pattern is None or re.search(pattern, plain) else _matching(pattern)


@cache
def _matching(pattern: str) -> str:
    """The simplest text of this pattern."""
    return find(from_regex(pattern, fullmatch=True), bool, settings=ONE)


def operations(service: str, document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation under /v1."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if method in METHODS:
                content = told.get("requestBody", {}).get("content", {})
                media = next(iter(content), None)
                body = content["application/json"]["schema"] if "application/json" in content else None
                required = tuple(
                    one["name"] for one in told["parameters"] if one.get("in") == "query" and one.get("required")
                )
                yield Operation(service, method.upper(), path, media, body, document, required)
