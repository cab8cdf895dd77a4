"""Bodies: read up to a limit, then parsed strictly, so that nothing a client sends can hurt what comes after.

Refuses: too large (413), another content type or encoding (415), bytes that are not UTF-8 or not JSON, repeated keys,
NUL characters and half surrogates, numbers a database cannot hold, nesting deeper than 64.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from starlette.requests import Request

from shared.chassis.http.problems import Problem

MAX_DEPTH: Final = 64
_INT64: Final = 2**63


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body's bytes. Raises Problem 413 before reading on, and 415 for a compressed body."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "content_encoding_not_supported", "Send the body as it is, not compressed.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        _too_large(max_bytes)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > max_bytes:
            _too_large(max_bytes)
    return bytes(content)


async def read_object(request: Request, max_bytes: int) -> dict[str, Any]:
    """The JSON object in the body; no body at all is an empty object. Raises Problem."""
    content = await read_body(request, max_bytes)
    if not content:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "content_type_not_supported", "Send the body as application/json.")
    return parse_object(content)


def parse_object(content: bytes) -> dict[str, Any]:
    """The JSON object that these bytes spell. Raises Problem."""
    found = _parsed(content)
    if not isinstance(found, dict):
        raise Problem(422, "invalid_fields", "The body must be a JSON object.", pointer="")
    for pointer, value in _leaves(found):
        _check(pointer, value)
    return found


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "malformed_json", "The body is not valid UTF-8.") from None
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
    except RecursionError:
        _too_deep()
    except ValueError:  # also what the parser says to a number of thousands of digits
        raise Problem(400, "malformed_json", "The body is not valid JSON.") from None


def _no_constant(name: str) -> NoReturn:
    raise Problem(400, "malformed_json", f"{name} is not a JSON number.")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem(400, "malformed_json", "An object names the same field twice.")
    return found


def _leaves(root: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every key and every plain value with its pointer; without recursion, so that depth cannot hurt."""
    waiting: list[tuple[str, int, Any]] = [("", 1, root)]
    while waiting:
        pointer, depth, value = waiting.pop()
        if depth > MAX_DEPTH:
            _too_deep()
        if isinstance(value, dict):
            for key, item in value.items():
                below = f"{pointer}/{pointed(key)}"
                _check_key(pointer, key)
                waiting.append((below, depth + 1, item))
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/{index}", depth + 1, item) for index, item in enumerate(value))
        else:
            yield pointer, value


def pointed(key: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _check_key(pointer: str, key: str) -> None:
    if key.startswith("$") or not _storable(key):
        raise Problem(422, "unusable_text", "A field's name has a character that is not taken.", pointer=pointer)


def _check(pointer: str, value: Any) -> None:
    if isinstance(value, str) and not _storable(value):
        raise Problem(422, "unusable_text", "The text has a character that cannot be kept.", pointer=pointer)
    whole = isinstance(value, int) and not -_INT64 <= value < _INT64
    if whole or (isinstance(value, float) and not math.isfinite(value)):
        raise Problem(422, "number_out_of_range", "The number is too large.", pointer=pointer)


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _too_large(max_bytes: int) -> NoReturn:
    raise Problem(
        413, "body_too_large", "The body is larger than this service takes.", details={"max_bytes": max_bytes}
    )


def _too_deep() -> NoReturn:
    raise Problem(400, "nested_too_deep", "The body is nested too deep.", details={"max_depth": MAX_DEPTH}) from None
