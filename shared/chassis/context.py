"""What a piece of work belongs to: set once where it comes in, known wherever it goes, tasks included."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NO_TRACE = "0" * 32
_NO_SPAN = "0" * 16


@dataclass(frozen=True)
class Context:
    """What led to this work.

    `correlation_id` is one for all that follows from one request, through all services; `causation_id` is what led
    here directly (an event's id, a request's key); `trace` is a W3C traceparent.
    """

    correlation_id: str
    causation_id: str | None = None
    trace: str | None = None


_current: ContextVar[Context | None] = ContextVar("sixsteps_context", default=None)


def current() -> Context | None:
    """What the present work belongs to, or None outside of any."""
    return _current.get()


@contextmanager
def working_for(context: Context) -> Iterator[Context]:
    """Let everything inside belong to this."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def for_logs() -> dict[str, str]:
    """The ids that every log line carries."""
    context = _current.get()
    if context is None:
        return {}
    ids = {"correlation_id": context.correlation_id, "causation_id": context.causation_id}
    if context.trace is not None:
        ids["trace_id"] = context.trace.split("-")[1]
    return {name: held for name, held in ids.items() if held is not None}


def readable(traceparent: str | None) -> str | None:
    """The traceparent (W3C, version 00) as it came along; None when there is none, or something else in its place."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    return None if found is None or found[1] == _NO_TRACE or found[2] == _NO_SPAN else traceparent


def continued(traceparent: str | None) -> str:
    """The next span of this trace; a new trace when it is not readable."""
    before, span = readable(traceparent), secrets.token_hex(8)
    if before is None:
        return f"00-{secrets.token_hex(16)}-{span}-01"
    _, trace, _, flags = before.split("-")
    return f"00-{trace}-{span}-{flags}"
