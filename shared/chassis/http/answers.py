"""How a thing is shown, the same way after a command and after a question."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.query import Download
from shared.chassis.requests import Stored

ANY_TYPE: Final = "application/octet-stream"


def thing(stored: Stored, viewer: Actor) -> Mapping[str, Any]:
    """What this viewer may see of a thing, with its id and version. Of a thing across regions no more than these."""
    aggregate, public = stored.aggregate, {}
    if not aggregate.across_regions:
        public = to_jsonable_python(aggregate.shows_to(stored.state, viewer))
    return {**public, "id": stored.thing_id, "version": stored.version}


def etag(version: int) -> str:
    """The ETag of this version."""
    return f'"{version}"'


def json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(content), status, headers, "application/json")


def file_headers(name: str) -> dict[str, str]:
    """The headers of a file that is kept, not shown: a browser must not run what is in it."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def download(found: Download, media_type: str) -> Response:
    """An answer in bytes."""
    headers = file_headers(found.file_name)
    if isinstance(found.content, bytes):
        return Response(found.content, 200, headers, media_type)
    return StreamingResponse(found.content, 200, headers, media_type)


def of_version(request: Request, content: Any, version: int, status: int = 200) -> Response:
    """An answer with its ETag; 304 when the asker has just this version."""
    tag = etag(version)
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if request.method in ("GET", "HEAD") and tag in known:
        return Response(status_code=304, headers={"ETag": tag})
    return json(content, status, {"ETag": tag})
