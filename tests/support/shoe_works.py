"""The shoe shop at work: handling, journal and relay over any store and producer, for the chassis's own tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from shared.chassis.catalogue import Catalogue
from shared.chassis.clock import SystemClock
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Actor, DocumentRef
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.handling import Handling
from shared.chassis.journal import Journal
from shared.chassis.ports import Headers, Producer, Store
from shared.chassis.refusals import RefusalBook
from shared.chassis.relay import Relay
from shared.chassis.requests import Permit, Request
from tests.support.shoe_shop import SHOES

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLERK = Actor(kind="person", id="clerk-1", roles=frozenset({"clerk"}), regions=frozenset({"north"}))


class SetClock(SystemClock):
    """A clock that stands still until a test moves it; it never really sleeps longer than a moment."""

    def __init__(self, now: datetime = NOON) -> None:
        self.moment = now

    @override
    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **duration: float) -> None:
        self.moment += timedelta(**duration)

    @override
    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.01))


class ForgetfulDocuments:
    """Keeps no texts, but refers to the one text that the shop knows of."""

    async def keep(
        self, command: Command, cause: str, stream: str, region: str, now: datetime
    ) -> Mapping[str, DocumentRef]:
        return {"note": DocumentRef(document_id="d1", sha256="0" * 64)} if hasattr(command, "note") else {}


class Topic:
    """A producer that remembers what was sent, in the order of the acknowledgements."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, bytes]] = []

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        named = dict(headers)
        self.sent.append((named["ce_subject"].decode(), int(named["ce_sequence"]), value or b""))

    def sequences(self, stream: str) -> list[int]:
        return [sequence for subject, sequence, _ in self.sent if subject == stream]

    def firsts(self, stream: str) -> list[int]:
        """The first occurrences, in order."""
        return list(dict.fromkeys(self.sequences(stream)))


@dataclass
class Works:
    """One process of the shoe shop."""

    store: Store
    handling: Handling
    journal: Journal
    relay: Relay
    clock: SetClock


async def shoe_works(store: Store | None = None, producer: Producer | None = None) -> Works:
    """One process over this store; several processes share a store."""
    store = store or MemoryStore()
    clock = SetClock()
    relay = Relay(store, producer or Topic(), clock, "shoes-events", "/sixsteps/test/shoes")
    events = [event for row in SHOES.aggregates for event in row.events]
    journal = Journal(store, Catalogue(events), relay.learn, relay.doubt)
    relay.on_published = journal.published
    await journal.prepare()
    handling = Handling(SHOES, journal, clock, ForgetfulDocuments(), RefusalBook(store, clock))
    return Works(store, handling, journal, relay, clock)


def asking(
    command: Command,
    cause: str,
    *,
    actor: Actor = CLERK,
    region: str | None = "north",
    expected: int | None = None,
    permit: Permit | None = None,
    body: str | None = None,
) -> Request:
    """A request for this command."""
    return Request(
        command=command,
        cause=cause,
        fingerprint=body or command.model_dump_json(),
        actor=actor,
        region=region,
        correlation_id="corr-1",
        causation_id="cause-1",
        expected=expected,
        permit=permit,
    )
