"""Spans reach a collector as one trace, a sample of traces is the same everywhere, and nothing personal is in them."""

from dataclasses import replace
from pathlib import Path

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.chassis.drivers.otlp import OtlpTracer
from shared.chassis.http.parts import HttpParts
from shared.chassis.tracing import Span
from tests.support.shoe_counter import shoe_counter

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def opened(ratio: float = 1.0) -> tuple[OtlpTracer, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    return OtlpTracer(exporter, service="shoes", deployment="test", ratio=ratio), exporter


async def test_a_request_is_a_span_of_the_trace_that_it_came_with(tmp_path: Path) -> None:
    tracer, exporter = opened()

    def traced(parts: HttpParts) -> HttpParts:
        return replace(parts, tracer=tracer)

    async with shoe_counter(tmp_path, change=traced) as counter:
        body = {"shop_id": "s1", "customer_id": "cat", "price_pence": 4_999}
        await counter.post("/v1/orders", body, traceparent=TRACE)
        await counter.get("/livez", "")
    tracer.close()
    (span,) = exporter.get_finished_spans()
    assert span.name == "POST /v1/orders"
    assert span.parent is not None
    assert span.context is not None
    assert (f"{span.context.trace_id:x}", f"{span.parent.span_id:x}") == (TRACE[4:35], TRACE[36:52])
    assert dict(span.resource.attributes)["service.name"] == "shoes"
    assert "cat" not in span.to_json()


def test_a_sample_holds_whole_traces() -> None:
    tracer, exporter = opened(ratio=0.5)
    told = Span(name="a", kind="internal", trace="", parent=None, began_ns=1, ended_ns=2)
    for trace in ("00000000", "ffffffff"):
        for span in ("1", "2"):
            tracer.tell(replace(told, trace=f"00-{'1' * 24}{trace}-{'0' * 15}{span}-01"))
    tracer.close()
    assert {f"{span.context.trace_id:x}"[-8:] for span in exporter.get_finished_spans() if span.context} == {"00000000"}
    assert len(exporter.get_finished_spans()) == 2
