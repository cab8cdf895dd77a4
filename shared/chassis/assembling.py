"""Puts a service together: from its declarations, a store, a broker and a clock to what can run."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.chassis.cards.copies import CardCopies
from shared.chassis.cards.owner import CardOwner
from shared.chassis.cards.relay import CardRelay
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.errand import ErrandTools
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Look
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.state import State
from shared.chassis.documents import Documents
from shared.chassis.handling import Handling
from shared.chassis.journal import Journal
from shared.chassis.metrics import Metrics
from shared.chassis.ports import Broker, Clock, Closing, Store
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.readers import Readers, Surroundings
from shared.chassis.refusals import RefusalBook
from shared.chassis.relay import Relay
from shared.chassis.tracing import Silent, Tracer, after_command, after_sending
from shared.chassis.wire import topic_of

S = TypeVar("S", bound=State)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a service is put into. `prefix` stands before topics and groups; `keys` open and seal contact cards."""

    store: Store
    broker: Broker
    clock: Clock
    keys: KeyRing
    deployment: str
    prefix: str = ""
    tracer: Tracer = field(default_factory=Silent)
    gateways: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """One service, ready to be run in one process."""

    service: Service
    around: Around
    relay: Relay
    journal: Journal
    handling: Handling
    readers: Readers
    documents: Documents
    refusals: RefusalBook
    metrics: Metrics
    gateways: Mapping[str, Any]
    copies: CardCopies | None
    owner: CardOwner | None
    card_relay: CardRelay | None

    async def prepare(self) -> None:
        """See to the indexes. Raises Unavailable; may be called again."""
        await self.journal.prepare()
        await self.refusals.prepare()
        await self.readers.prepare()
        if self.card_relay is not None:
            await self.card_relay.prepare()

    def subscribe(self) -> None:
        """Declare every reader to the broker, before it starts."""
        self.readers.subscribe()
        if self.copies is not None:
            self.copies.subscribe(self.around.broker, self.around.prefix)

    async def close_gateways(self) -> None:
        """Let the connections to the world outside go, when no errand can ask any more."""
        for gateway in self.gateways.values():
            if isinstance(gateway, Closing):
                await gateway.aclose()


def assemble(service: Service, around: Around) -> Assembled:
    """Put one service together."""
    relay = _relay(service, around)
    journal = Journal(around.store, Catalogue(published_by(service)), relay.learn, relay.doubt)
    relay.on_published = journal.published
    if not isinstance(around.tracer, Silent):
        relay.on_sent = after_sending(around.tracer, topic_of(around.prefix, service.name))
    documents, refusals = Documents(around.store), RefusalBook(around.store, around.clock)
    metrics = Metrics(service.name)
    traced = after_command(around.tracer)
    handling = Handling(service, journal, around.clock, documents, refusals, metrics.command, traced)
    copies = _copies(service, around, metrics)
    card_relay, owner = _cards(service, around, metrics)
    tools = _tools_for(handling.look_in, documents, copies, around.gateways)
    surroundings = Surroundings(around.store, around.broker, around.clock, handling, tools, around.prefix)
    return Assembled(
        service=service,
        around=around,
        relay=relay,
        journal=journal,
        handling=handling,
        readers=Readers(service, surroundings, Counts(metrics.reader)),
        documents=documents,
        refusals=refusals,
        metrics=metrics,
        gateways=around.gateways,
        copies=copies,
        owner=owner,
        card_relay=card_relay,
    )


def published_by(service: Service) -> Iterable[type[Event]]:
    """The events that the service's aggregates decide, private ones too."""
    return [event for row in service.aggregates for event in row.events]


def _relay(service: Service, around: Around) -> Relay:
    topic = topic_of(around.prefix, service.name)
    source = f"/sixsteps/{around.deployment}/{service.name}"
    return Relay(around.store, around.broker, around.clock, topic, source)


def _copies(service: Service, around: Around, metrics: Metrics) -> CardCopies | None:
    if service.cards is None:
        return None
    return CardCopies(service.cards, service.name, around.store, around.keys, metrics.card_trouble)


def _cards(service: Service, around: Around, metrics: Metrics) -> tuple[CardRelay | None, CardOwner | None]:
    """Only the owner of a card book writes cards and sends them out."""
    book = service.cards
    if book is None or book.owner != service.name:
        return None, None
    topic, count = card_topic(book, around.prefix), metrics.card_trouble
    relay = CardRelay(around.store, around.broker, around.clock, topic, count=count)
    return relay, CardOwner(book, around.store, around.keys, relay.wake, count)


class _ErrandTools:
    """What an errand of one region may use."""

    def __init__(
        self, region: str, look: Look, documents: Documents, copies: CardCopies | None, gateways: Mapping[str, Any]
    ) -> None:
        self.look = look
        self._region = region
        self._documents = documents
        self._copies = copies
        self._gateways = gateways

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        """The person's card, if the person belongs to the region."""
        return await self._card(person_id, [self._region])

    async def addressee(self, person_id: str) -> Mapping[str, Any] | None:
        """The person's card, wherever they are registered."""
        return await self._card(person_id, None)

    async def _card(self, person_id: str, regions: Collection[str] | None) -> Mapping[str, Any] | None:
        if self._copies is None:
            return None
        return (await self._copies.get([person_id], regions)).get(person_id)

    async def text(self, document_id: str) -> str | None:
        """A free text of the region."""
        found = await self._documents.get(document_id)
        return found.text if found is not None and found.region == self._region else None

    def gateway(self, name: str) -> Any:
        """The gateway of that name. Raises KeyError."""
        return self._gateways[name]


def _tools_for(
    look_in: Callable[[str], Look], documents: Documents, copies: CardCopies | None, gateways: Mapping[str, Any]
) -> Any:
    def tools(region: str) -> ErrandTools:
        return _ErrandTools(region, look_in(region), documents, copies, gateways)

    return tools
