"""Every metric there is, with what it means. Labels come from closed sets: names that stand in the code, never data."""

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

WAITED = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds, in seconds, for what somebody waits for."""

LATE = (0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3600.0, 86400.0)
"""Upper bounds, in seconds, for what may be late."""

ErrandResult = Literal["done", "interrupted", "failed"]


class Metrics:
    """What one service in one process counts and measures, in a registry of its own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._commands = self._counter(
            "commands", "Commands answered: done, repeated, or the code of the refusal", "command", "result"
        )
        self._published = self._counter("events_published", "Events acknowledged by the broker")
        self._waiting = self._gauge("commits_waiting", "Commits that wait in this process for publication")
        self._read = self._counter("messages_read", "Messages by reader and by what became of them", "reader", "what")
        self._lag = self._gauge("reader_lag", "Records that a reader has not yet done with", "reader")
        self._delay = self._histogram("reader_delay_seconds", "From an event to its effect", LATE, "reader")
        self._late = self._histogram("deadline_late_seconds", "From due to asked for", LATE, "deadline")
        self._errands = self._counter("errands", "Calls to the outside, by outcome", "errand", "result")
        self._cards = self._counter("card_troubles", "Contact cards not read or not sent, by why", "reason")
        self._http = self._histogram(
            "http_seconds", "Time to answer a request, by route as declared", WAITED, "method", "route", "status"
        )

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)

    def command(self, command: str, result: str) -> None:
        """A command was answered: `done`, `repeated`, or the code of the refusal."""
        self._commands.labels(self._service, command, result).inc()

    def relay(self, published: int, waiting: int) -> None:
        """So many events were acknowledged since the last time, and so many commits wait."""
        self._published.labels(self._service).inc(published)
        self._waiting.labels(self._service).set(waiting)

    def reader(self, reader: str, what: str, messages: int = 1) -> None:
        """A reader met so many messages of this kind; the kinds stand in `reading.counts`."""
        self._read.labels(self._service, reader, what).inc(messages)

    def lag(self, reader: str, records: int) -> None:
        """A reader has so many records before it."""
        self._lag.labels(self._service, reader).set(records)

    def delay(self, reader: str, seconds: float) -> None:
        """An event took so long to have its effect."""
        self._delay.labels(self._service, reader).observe(seconds)

    def deadline(self, deadline: str, late_seconds: float) -> None:
        """What was due was asked for, so much later."""
        self._late.labels(self._service, deadline).observe(late_seconds)

    def errand(self, errand: str, result: ErrandResult) -> None:
        """A call to the outside ended."""
        self._errands.labels(self._service, errand, result).inc()

    def card_trouble(self, reason: str, cards: int) -> None:
        """So many contact cards could not be read or sent, for this reason."""
        self._cards.labels(self._service, reason).inc(cards)

    def http(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the declared one, with its braces, never the path that was asked for."""
        self._http.labels(self._service, method, route, str(status)).observe(seconds)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"sixsteps_{name}", meaning, ("service", *labels), registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"sixsteps_{name}", meaning, ("service", *labels), registry=self.registry)

    def _histogram(self, name: str, meaning: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"sixsteps_{name}", meaning, ("service", *labels), registry=self.registry, buckets=bounds)
