"""Traces: what one request led to, as spans of one W3C trace, for a collector when one is named.

The trace travels in the request, in the commit and in every event; here its steps are told as they end. A span says
which address, command or topic it was, and never what was in it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from shared.chassis.context import continued
from shared.chassis.ports import Document
from shared.chassis.requests import Request

Kind = Literal["server", "internal", "producer"]
_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Span:
    """One step that is over. `trace` is its own W3C traceparent; `parent` that of what led to it, if known."""

    name: str
    kind: Kind
    trace: str
    parent: str | None
    began_ns: int
    ended_ns: int
    failed: bool = False
    attributes: Mapping[str, str | int] = field(default_factory=dict)


class Tracer(Protocol):
    """Where spans go."""

    def tell(self, span: Span) -> None:
        """Take note of a step that is over. Never waits, never raises."""
        ...

    def close(self) -> None:
        """Send what is left."""
        ...


class Silent:
    """Nobody listens."""

    def tell(self, span: Span) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing is left."""


def after_command(tracer: Tracer) -> Callable[[Request, str], None]:
    """Tells a command that was answered: a moment of the trace that asked for it."""
    if isinstance(tracer, Silent):
        return lambda _request, _result: None

    def told(request: Request, result: str) -> None:
        now = time.time_ns()
        tracer.tell(
            Span(
                name=type(request.command).__name__,
                kind="internal",
                trace=continued(request.trace),
                parent=request.trace,
                began_ns=now,
                ended_ns=now,
                attributes={
                    "sixsteps.result": result,
                    "sixsteps.asker": request.actor.kind,
                    "sixsteps.correlation_id": request.correlation_id,
                    "sixsteps.causation_id": request.causation_id,
                },
            )
        )

    return told


def after_sending(tracer: Tracer, topic: str) -> Callable[[Document, float], None]:
    """Tells a commit whose events are all on the topic; `seconds`: how long that took."""

    def told(commit: Document, seconds: float) -> None:
        now = time.time_ns()
        tracer.tell(
            Span(
                name=f"send {topic}",
                kind="producer",
                trace=continued(commit["trace"]),
                parent=commit["trace"],
                began_ns=now - int(seconds * _PER_SECOND),
                ended_ns=now,
                attributes={
                    "messaging.system": "kafka",
                    "messaging.destination.name": topic,
                    "messaging.batch.message_count": len(commit["events"]),
                    "sixsteps.stream": commit["stream"],
                    "sixsteps.correlation_id": commit["correlation"],
                },
            )
        )

    return told
