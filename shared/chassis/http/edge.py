"""The outermost layer: gives every request its correlation and trace, measures it, and lets no exception out.

What nobody foresaw is answered without a word about itself, and logged.
"""

import re
import time
from http import HTTPStatus
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.chassis.context import Context, continued, readable, working_for
from shared.chassis.http.problems import of_accident, rendered
from shared.chassis.ids import new_id
from shared.chassis.tracing import Silent, Span, Tracer

CORRELATION_HEADER: Final = "Correlation-Id"
_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{8,128}")

_log = structlog.get_logger(__name__)


class Edge:
    """An ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer
        self._seconds = Histogram(
            "sixsteps_http_seconds", "How long requests took.", ("method", "route", "status"), registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["correlation_id"] = correlation_of(headers.get(CORRELATION_HEADER))
        scope["traceparent"] = continued(headers.get("traceparent"))
        correlation = scope["correlation_id"]
        with working_for(Context(correlation, correlation, scope["traceparent"])):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0

        async def outward(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _stamp(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self._app(scope, receive, outward)
        except Exception as error:  # noqa: BLE001 - the last place where it can be answered
            _log.error("request_failed", route=scope.get("place", "none"), exc_info=error)
            if status == 0:
                await rendered(of_accident(), scope["correlation_id"])(scope, receive, outward)
        finally:
            seconds = time.perf_counter() - started
            self._seconds.labels(_method(scope), scope.get("place", "none"), status).observe(seconds)
            self._trace(scope, status, seconds)

    def _trace(self, scope: Scope, status: int, seconds: float) -> None:
        """The request as a step of its trace. Who only asks whether we are well is not told."""
        if isinstance(self._tracer, Silent) or not scope.get("place", "").startswith("/v1"):
            return
        ended, route = time.time_ns(), scope["place"]
        self._tracer.tell(
            Span(
                name=f"{_method(scope)} {route}",
                kind="server",
                trace=scope["traceparent"],
                parent=readable(Headers(scope=scope).get("traceparent")),
                began_ns=ended - int(seconds * 1_000_000_000),
                ended_ns=ended,
                failed=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
                attributes={
                    "http.request.method": _method(scope),
                    "http.route": route,
                    "http.response.status_code": status,
                    "sixsteps.correlation_id": scope["correlation_id"],
                },
            )
        )


def correlation_of(given: str | None) -> str:
    """The correlation id that came along, if it is a sane one, or a new one."""
    return given if given is not None and _CORRELATION.fullmatch(given) else new_id()


def _stamp(headers: MutableHeaders, scope: Scope) -> None:
    headers[CORRELATION_HEADER] = scope["correlation_id"]
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cache-Control", "no-store")  # unless the answer says who may keep it


def _method(scope: Scope) -> str:
    """The method, or one word for all that nobody serves: a stranger must not fill the metrics."""
    return scope["method"] if scope["method"] in ("GET", "POST", "PUT", "DELETE", "HEAD") else "other"
