"""Every metric there is, with what it means. Labels come from closed sets: names that stand in the code, never data."""

from prometheus_client import CollectorRegistry, Counter, Gauge


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
        self._unrelayed = self._gauge("commits_unrelayed", "Commits in the journal that are not on the topic")
        self._age = self._gauge("relay_age_seconds", "How long the oldest commit that is not on the topic has waited")
        self._parked = self._gauge("parked_messages", "Messages that a reader has put aside", "reader")
        self._held_up = self._gauge("streams_held_up", "Streams that wait for a parked or missing message", "reader")
        self._late = self._gauge("deadlines_late", "Moments that came over a minute ago and are not asked yet")
        self._oldest = self._gauge("waiting_seconds", "How long the oldest of these has waited", "what")
        self._closed = self._gauge("read_only", "1 while the service takes nothing new")
        self._cards = self._counter("card_troubles", "Contact cards not read or not sent, by why", "reason")

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

    def unrelayed(self, commits: int, age_seconds: float) -> None:
        """So many commits are not on the topic, the oldest for so long."""
        self._unrelayed.labels(self._service).set(commits)
        self._age.labels(self._service).set(age_seconds)

    def parked(self, reader: str, messages: int) -> None:
        """A reader has put so many messages aside."""
        self._parked.labels(self._service, reader).set(messages)

    def held_up(self, reader: str, streams: int) -> None:
        """So many streams of a reader wait."""
        self._held_up.labels(self._service, reader).set(streams)

    def waiting(self, what: str, seconds: float) -> None:
        """The oldest of these has waited so long; 0 when nothing waits."""
        self._oldest.labels(self._service, what).set(seconds)

    def late(self, moments: int) -> None:
        """So many deadlines are late."""
        self._late.labels(self._service).set(moments)

    def read_only(self, *, closed: bool) -> None:
        """Whether nothing new is taken."""
        self._closed.labels(self._service).set(closed)

    def card_trouble(self, reason: str, cards: int) -> None:
        """So many contact cards could not be read or sent, for this reason."""
        self._cards.labels(self._service, reason).inc(cards)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"sixsteps_{name}", meaning, ("service", *labels), registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"sixsteps_{name}", meaning, ("service", *labels), registry=self.registry)
