"""The published language as the services hand it out: AsyncAPI documents and JSON Schemas, as committed."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent.parent / "shared" / "events" / "schemas"


def asyncapi_of(service: str) -> Callable[[], Mapping[str, Any]]:
    """Gives the AsyncAPI document of one service."""

    def document() -> Mapping[str, Any]:
        return _read(SCHEMAS / service / "asyncapi.json") or {}

    return document


def schema_of(service: str) -> Callable[[str], Mapping[str, Any] | None]:
    """Gives a schema by its name (`<service>/<Event>.v<n>.json`), or None; only the service's own."""

    def schema(name: str) -> Mapping[str, Any] | None:
        known = {f"{service}/{path.name}" for path in (SCHEMAS / service).glob("*.v*.json")}
        return _read(SCHEMAS / name) if name in known else None

    return schema


@cache
def _read(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    found: Mapping[str, Any] = json.loads(path.read_text())
    return found
