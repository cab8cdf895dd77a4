"""All readers of one service: what it subscribes to, whether it is ready, and what operators may do."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.errand import Errand
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.policy import Policy
from shared.chassis.declarations.service import Service
from shared.chassis.ports import Broker, Clock, Message, Store
from shared.chassis.reading import errands, projections
from shared.chassis.reading.asking import Asking, Handler
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.effect import Effect
from shared.chassis.reading.errands import ErrandEffect, ToolsFor
from shared.chassis.reading.folding import FoldEffect
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.pause import UntilOpen
from shared.chassis.reading.policies import PolicyEffect
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.reading.projections import Projection
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.rebuilding import Rebuilding
from shared.chassis.reading.replaying import Replaying
from shared.chassis.reading.ticker import Ticker
from shared.chassis.wire import topic_of

MakeEffects = Callable[[Patience], Callable[[], Effect]]


@dataclass(frozen=True)
class Surroundings:
    """What the readers of a service meet. `prefix` stands before the names of topics and groups."""

    store: Store
    broker: Broker
    clock: Clock
    handler: Handler
    tools: ToolsFor
    prefix: str = ""


class Readers:
    """`prepare`, then `subscribe`, then start the broker. The ticker is run beside, by whoever runs the service."""

    def __init__(self, service: Service, around: Surroundings, counts: Counts | None = None) -> None:
        self._service = service
        self._around = around
        self._projections = projections.projections_of(service)
        self.counts = counts or Counts()
        self._readers = {reader.name: reader for reader in self._made()}
        self._ticker_patience = Patience(around.clock, "ticker", self.counts)
        asking = Asking(around.handler, self._ticker_patience)
        commands = projections.commands_of(service)
        self.ticker = Ticker(around.store, around.clock, asking, self._ticker_patience, commands)

    @property
    def names(self) -> tuple[str, ...]:
        """The readers that this service has, of `policies`, `views` and `errands`."""
        return tuple(self._readers)

    @property
    def ready(self) -> bool:
        """False while one of them waits for something that is away, or has stopped."""
        return not self.stuck_on

    @property
    def stuck_on(self) -> Mapping[str, tuple[str, ...]]:
        """By reader, what it waits for; `too_many_parked` when it has stopped until a restart."""
        stuck = {name: reader.stuck_on for name, reader in self._readers.items()}
        return {name: what for name, what in {**stuck, "ticker": self._ticker_patience.stuck_on}.items() if what}

    @property
    def groups(self) -> Mapping[str, str]:
        """The consumer group of each reader, by which its lag is known."""
        return {name: f"{self._around.prefix}{self._service.name}-{name}" for name in self._readers}

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that is read."""
        return frozenset(topic for reader in self._readers.values() for topic in self._topics(reader))

    def topics_of(self, reader: str) -> tuple[str, ...]:
        """The topics that this reader reads. Raises KeyError for a reader there is not."""
        return tuple(self._topics(self._readers[reader]))

    async def prepare(self) -> None:
        """See to the indexes."""
        store = self._around.store
        await store.indexed(PARKED, ("reader", "stream", "sequence"))
        await store.indexed(POSITIONS, ("reader", "parked"))
        for projection in self._projections:
            for fields in projection.indexes:
                await store.indexed(projection.collection, fields)

    def subscribe(self) -> None:
        """Declare the readers to the broker, before it starts."""
        for name, reader in self._readers.items():
            both = (reader, self.replaying(name))
            on_batch, settle = partial(self._on_batch, *both), partial(self._settle, *both)
            self._around.broker.subscribe(self._topics(reader), self.groups[name], on_batch, settle)

    async def lag(self) -> Mapping[str, int]:
        """Messages that each reader has not done with. Raises Unavailable."""
        return {name: await self._around.broker.lag(group) for name, group in self.groups.items()}

    async def tidy(self) -> int:
        """Take away what stayed parked although it was taken; how many messages. Raises Unavailable."""
        return sum([await self.replaying(name).tidy() for name in self._readers])

    def replaying(self, reader: str) -> Replaying:
        """What operators may do with what this reader has parked. Raises KeyError for a reader there is not."""
        return Replaying(self._readers[reader], self._around.store, self._around.clock)

    def rebuilding(self, view: str, key: str | None = None) -> Rebuilding:
        """The rebuilding of one view by its path, or of all deadlines together. Raises KeyError for an unknown view.

        With a key: only to compare what the streams of this key feed.
        """
        collection = projections.DEADLINES if view == projections.DEADLINES else projections.view_collection(view)
        chosen = [each for each in self._projections if each.collection == collection]
        if not chosen:
            raise KeyError(view)
        around = self._around
        reader = self._readers["views"]
        return Rebuilding(reader, chosen, store=around.store, broker=around.broker, clock=around.clock, key=key)

    async def _on_batch(self, reader: Reader, replaying: Replaying, messages: Sequence[Message]) -> None:
        await replaying.follow(await reader.take(messages))

    async def _settle(self, reader: Reader, replaying: Replaying) -> None:
        await replaying.follow(await reader.settle())

    def _topics(self, reader: Reader) -> list[str]:
        return sorted(topic_of(self._around.prefix, service) for service in reader.catalogue.services())

    def _made(self) -> Iterable[Reader]:
        if self._service.policies:
            yield self._reader("policies", _events(self._service.reactions), self._policy_effects)
        if self._projections:
            yield self._reader("views", _events(self._projections), self._fold_effects)
        if self._service.errands:
            yield self._reader("errands", _events(self._service.errands), self._errand_effects)

    def _reader(self, name: str, events: set[type[Event]], effects: MakeEffects) -> Reader:
        patience = Patience(self._around.clock, name, self.counts)
        return Reader(
            name,
            Catalogue(events),
            effects(patience),
            store=self._around.store,
            clock=self._around.clock,
            prefix=self._around.prefix,
            patience=patience,
        )

    def _policy_effects(self, patience: Patience) -> Callable[[], Effect]:
        return partial(PolicyEffect, self._service.reactions, Asking(self._around.handler, patience))

    def _fold_effects(self, patience: Patience) -> Callable[[], Effect]:
        store = self._around.store
        collections = [each.collection for each in self._projections]
        until_open = UntilOpen(store, self._around.clock, patience, collections)
        return partial(FoldEffect, self._projections, store, patience, until_open)

    def _errand_effects(self, patience: Patience) -> Callable[[], Effect]:
        asking = Asking(self._around.handler, patience)
        limit = asyncio.Semaphore(errands.AT_ONCE)
        return partial(ErrandEffect, self._service.errands, asking, tools=self._around.tools, limit=limit)


def _events(rows: Iterable[Policy | Projection | Errand]) -> set[type[Event]]:
    return {event for row in rows for event in row.events}
