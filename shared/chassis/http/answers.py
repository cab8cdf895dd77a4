"""How a thing is shown, the same way after a command and after a question."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.requests import Stored


def thing(stored: Stored) -> Mapping[str, Any]:
    """What is public of a thing, with its id and version. Of a thing across regions no more than these two."""
    aggregate, public = stored.aggregate, {}
    if not aggregate.across_regions:
        shown = aggregate.shows(stored.state) if aggregate.shows else stored.state.model_dump(mode="json")
        public = to_jsonable_python(shown)
    return {**public, "id": stored.thing_id, "version": stored.version}


def etag(version: int) -> str:
    """The ETag of this version."""
    return f'"{version}"'


def json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(content), status, headers, "application/json")


def of_version(request: Request, content: Any, version: int, status: int = 200) -> Response:
    """An answer with its ETag; 304 when the asker has just this version."""
    tag = etag(version)
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if request.method in ("GET", "HEAD") and tag in known:
        return Response(status_code=304, headers={"ETag": tag})
    return json(content, status, {"ETag": tag})
