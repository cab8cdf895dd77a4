"""One message on its way through a reader: where it was found, which event of which stream it is."""

from dataclasses import dataclass, field

from shared.chassis import wire
from shared.chassis.catalogue import Catalogue
from shared.chassis.context import readable
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.ports import Message
from shared.chassis.reading.failure import Failure


@dataclass
class Item:
    """`stream` is `<publisher>/<subject>`: two services may call a stream by the same name.

    Without stream or sequence (broken headers) it stands for itself and holds up nobody.
    """

    message: Message
    stream: str | None
    sequence: int | None
    received: wire.Received | None = field(default=None)
    problem: Failure | None = field(default=None)

    @property
    def lane(self) -> tuple[str, int, bytes | None]:
        """Messages with the same lane are taken strictly in order."""
        return (self.message.topic, self.message.partition, self.message.key)

    @property
    def place(self) -> str:
        """Where it lies."""
        return f"{self.message.topic}/{self.message.partition}/{self.message.offset}"

    @property
    def event(self) -> Event:
        """The event. Only for an item that was read and is known here."""
        if self.received is None or self.received.event is None:
            raise LookupError(self.place)
        return self.received.event

    @property
    def envelope(self) -> Envelope:
        """The outside of the event. Only for an item that was read."""
        if self.received is None:
            raise LookupError(self.place)
        return self.received.envelope

    @property
    def trace(self) -> str | None:
        """The trace it belongs to, if it says so in words that a collector takes."""
        return readable(wire.header(self.message, "traceparent"))

    @property
    def ignored(self) -> bool:
        """True when nobody here knows this type of event."""
        return self.received is not None and self.received.event is None

    def open(self, catalogue: Catalogue) -> None:
        """Read the message, once; what is unreadable is noted as the problem, whatever the reason."""
        if self.received is not None or self.problem is not None:
            return
        try:
            self.received = wire.read(self.message, catalogue)
        except wire.Unreadable as unreadable:
            self.problem = Failure("unreadable", str(unreadable))
        except Exception as error:  # noqa: BLE001 - one message, however odd, must never stop a reader
            self.problem = Failure("unreadable", type(error).__name__)
        else:
            self._compare(self.received.envelope)

    def _compare(self, envelope: Envelope) -> None:
        # A header that is there twice could say one thing to the gate and another to the policy.
        found = (self.stream or "").partition("/")[2]
        if self.stream is None or (envelope.subject, envelope.sequence) != (found, self.sequence):
            self.received, self.problem = None, Failure("unreadable", "headers disagree")


def item_of(message: Message, prefix: str) -> Item:
    """The item of a message, by its headers only."""
    subject, sequence = wire.subject_of(message), wire.sequence_of(message)
    if subject is None or sequence is None:
        return Item(message, None, None)
    publisher = message.topic.removeprefix(prefix).removesuffix("-events")
    return Item(message, f"{publisher}/{subject}", sequence)
