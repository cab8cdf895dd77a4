"""From an HTTP request to a `Request`: cause, fingerprint, version seen, correlation."""

import hashlib
import re
from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest

from shared.chassis.declarations.command import Command
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import Visitor
from shared.chassis.ids import new_id
from shared.chassis.requests import Request

KEY_HEADER: Final = "Idempotency-Key"
MAX_KEY: Final = 200
_DIGITS: Final = 40
_VERSION: Final = re.compile(r'"(\d{1,15})"')


def cause_of(request: HttpRequest, visitor: Visitor) -> str:
    """What asks for the commit: actor, method, path and key. Without a key every request is one of its own."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        key = new_id()
    elif not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        detail = f"The {KEY_HEADER} must have 1 to {MAX_KEY} printable characters."
        raise Problem(422, "invalid_idempotency_key", detail, details={"header": KEY_HEADER})
    actor = visitor.actor
    asker = actor.id if actor.through is None else f"{actor.through}~{actor.id}"
    return cause_named(asker, request.method, request.url.path, key)


def cause_named(asker: str, method: str, path: str, key: str) -> str:
    """The cause of a request. It is kept for ever: of the key, which may say anything, only a digest stands in it."""
    return f"http:{asker}:{method} {path}:{hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]}"


def fingerprint_of(request: HttpRequest, body: Any) -> str:
    """sha256 of what was asked: method, path and body."""
    canonical = orjson.dumps([request.method, request.url.path, body], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def expected_of(request: HttpRequest) -> int | None:
    """The version that If-Match names, or None when it names none. Raises Problem 422 for what is no version."""
    seen = request.headers.get("if-match")
    if seen is None or seen.strip() == "*":
        return None
    match = _VERSION.fullmatch(seen.strip())
    if match is None:
        detail = 'If-Match must be one version as an ETag gave it, such as "3".'
        raise Problem(422, "invalid_if_match", detail, details={"header": "If-Match"})
    return int(match[1])


def asked(  # noqa: PLR0913 - everything that is known about the asking
    http: HttpRequest, who: Visitor, command: Command, body: Any, *, cause: str, region: str | None = None
) -> Request:
    """One command with all that is known about the asking; `body` is what was sent, for the fingerprint."""
    correlation: str = http.scope["correlation_id"]
    return Request(
        command=command,
        cause=cause,
        fingerprint=fingerprint_of(http, body),
        actor=who.actor.model_copy(update={"regions": who.regions}),
        region=region,
        correlation_id=correlation,
        causation_id=correlation,
        trace=http.scope["traceparent"],
        expected=expected_of(http),
        permit=who.permit,
    )
