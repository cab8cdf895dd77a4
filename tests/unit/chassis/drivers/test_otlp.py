"""Spans reach a collector as one trace, a sample of traces is the same everywhere, and nothing personal is in them."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.chassis.drivers.otlp import OtlpTracer, open_tracer
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


async def test_a_collector_is_told_over_http() -> None:
    heard: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
        heard.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    collector = await asyncio.start_server(take, "127.0.0.1", 0)
    port = collector.sockets[0].getsockname()[1]
    tracer = open_tracer(f"http://127.0.0.1:{port}/v1/traces", "shoes", "test", 1.0)
    tracer.tell(Span(name="OpenShop", kind="internal", trace=TRACE, parent=None, began_ns=1, ended_ns=2))
    await asyncio.to_thread(tracer.close)
    collector.close()
    assert heard[0].startswith(b"POST /v1/traces ")
    assert b"OpenShop" in heard[0]


def test_a_sample_holds_whole_traces() -> None:
    tracer, exporter = opened(ratio=0.5)
    told = Span(name="a", kind="internal", trace="", parent=None, began_ns=1, ended_ns=2)
    for trace in ("00000000", "ffffffff"):
        for span in ("1", "2"):
            tracer.tell(replace(told, trace=f"00-{'1' * 24}{trace}-{'0' * 15}{span}-01"))
    tracer.close()
    assert {f"{span.context.trace_id:x}"[-8:] for span in exporter.get_finished_spans() if span.context} == {"00000000"}
    assert len(exporter.get_finished_spans()) == 2
