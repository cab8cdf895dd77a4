"""Spans to an OpenTelemetry collector, by OTLP over HTTP, in batches and beside the work."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.chassis.tracing import Kind, Span

_KINDS: dict[Kind, SpanKind] = {
    "server": SpanKind.SERVER,
    "internal": SpanKind.INTERNAL,
    "producer": SpanKind.PRODUCER,
}
_PATIENCE_SECONDS = 5
_PARTS_OF_ALL = 2**32


class OtlpTracer:
    """See `tracing.Tracer`. Of all traces it tells `ratio`, chosen by their ids: the same ones in every service."""

    def __init__(self, exporter: SpanExporter, *, service: str, deployment: str, ratio: float) -> None:
        named = {"service.name": service, "service.namespace": "sixsteps", "deployment.environment.name": deployment}
        self._resource = Resource.create(named)
        self._processor = BatchSpanProcessor(exporter)
        self._below = int(ratio * _PARTS_OF_ALL)

    def tell(self, span: Span) -> None:
        """Queue it; when the collector is away for long, the oldest are lost."""
        own = _context(span.trace)
        if own.trace_id % _PARTS_OF_ALL >= self._below:
            return
        self._processor.on_end(
            ReadableSpan(
                name=span.name,
                context=own,
                parent=_context(span.parent) if span.parent else None,
                resource=self._resource,
                attributes=dict(span.attributes),
                kind=_KINDS[span.kind],
                status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
                start_time=span.began_ns,
                end_time=span.ended_ns,
            )
        )

    def close(self) -> None:
        """Send what is queued, for a moment."""
        self._processor.force_flush(_PATIENCE_SECONDS * 1000)
        self._processor.shutdown()  # type: ignore[no-untyped-call]  # opentelemetry's gap


def open_tracer(endpoint: str, service: str, deployment: str, ratio: float) -> OtlpTracer:
    """A tracer that tells this collector (`http://…:4318/v1/traces`). Connects when there is something to tell."""
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=_PATIENCE_SECONDS)
    return OtlpTracer(exporter, service=service, deployment=deployment, ratio=ratio)


def _context(traceparent: str) -> SpanContext:
    _, trace, span, _ = traceparent.split("-")
    return SpanContext(int(trace, 16), int(span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
