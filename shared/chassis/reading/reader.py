"""One reader: takes batches of messages, lets each stream through in order, and parks what cannot be taken.

The order of storing is the guarantee: effects and parked messages first (`take`), then the positions (`settle`), then
the offset. A crash in between repeats work that is harmless to repeat; it never skips any.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from shared.chassis.catalogue import Catalogue
from shared.chassis.ports import Clock, Message, Store
from shared.chassis.reading.breaker import Breaker, TooManyParked
from shared.chassis.reading.effect import Effect
from shared.chassis.reading.gate import Gate
from shared.chassis.reading.item import Item, item_of
from shared.chassis.reading.parking import Parking
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.positions import Positions, Standing

PASSES = 10
STOPPED_PAUSE_SECONDS = 5.0

Lane = deque[Item]
_log = structlog.get_logger(__name__)


class Contended(Exception):
    """Others kept writing the same positions or rows. The batch comes again."""


class Reader:
    """`name` is part of every position and must never change; `effects` makes the work of one batch."""

    def __init__(  # noqa: PLR0913 - put together once, by `Readers`
        self,
        name: str,
        catalogue: Catalogue,
        effects: Callable[[], Effect],
        *,
        store: Store,
        clock: Clock,
        patience: Patience,
        prefix: str = "",
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.catalogue = catalogue
        self.patience = patience
        self.counts = patience.counts
        self.positions = Positions(store, name, self.patience)
        self.parking = Parking(store, name, prefix, clock, self.patience)
        self.breaker = Breaker()
        self._effects = effects
        self._clock = clock

    @property
    def stuck_on(self) -> tuple[str, ...]:
        """What it waits for, or `too_many_parked` when it has stopped; empty when all is well."""
        return ("too_many_parked",) if self.breaker.tripped else self.patience.stuck_on

    async def take(self, messages: Sequence[Message]) -> frozenset[str]:
        """Take a batch. Returns the streams in which something waits for one that was missing.

        Raises TooManyParked and Contended: the batch is not done with, and comes again.
        """
        if self.breaker.tripped:
            await self._clock.sleep(STOPPED_PAUSE_SECONDS)
            raise TooManyParked(self.name)
        items = [item_of(message, self.prefix) for message in messages]
        parked: list[Item] = []
        for _ in range(PASSES):
            standings = await self.positions.read(_streams(items))
            if await self._once(items, standings, parked):
                done = [item for item in parked if not _maybe_new(item, standings)]
                return _stalled(standings.values()) | (await self._withdraw(done) if done else frozenset())
            self.counts.add(self.name, "contended")
        raise Contended(self.name)

    async def settle(self) -> frozenset[str]:
        """Write how far it has come. Returns the streams in which something waits for one that was missing.

        Raises Contended: the offset must stay where it is.
        """
        for _ in range(PASSES):
            standings = await self.positions.unstored()
            if await self.positions.move(standings):
                return _stalled(standings)
            self.counts.add(self.name, "contended")
        raise Contended(self.name)

    async def _withdraw(self, done: Sequence[Item]) -> frozenset[str]:
        """Settle first: until the position says that it is done, somebody else may count on what is parked."""
        stalled = await self.settle()
        await self.parking.withdraw(done)
        return stalled

    async def _once(self, items: Sequence[Item], standings: Mapping[str, Standing], parked: list[Item]) -> bool:
        gate = await self.attempt(items, standings)
        if gate is None:
            return False
        self._watch(gate)
        await self.parking.keep(gate.failed, gate.waiting)
        parked += [item for item, _why in (*gate.failed, *gate.waiting)]
        return await self.positions.keep(list(standings.values()))

    async def attempt(self, items: Sequence[Item], standings: Mapping[str, Standing]) -> Gate | None:
        """Carry the items out as far as their streams allow, and note in the standings how far that was.

        Effects are stored when it returns, positions are not. None when somebody else wrote the same meanwhile.
        """
        gate = Gate(self.name, standings, self.counts)
        effect = self._effects()
        fresh = [item for item in items if _maybe_new(item, standings)]
        for item in fresh:
            item.open(self.catalogue)
        await effect.begin([item for item in fresh if item.received and not item.ignored])
        await self._work(_lanes(items), effect, gate)
        return gate if await effect.finish() else None

    async def _work(self, lanes: Sequence[Lane], effect: Effect, gate: Gate) -> None:
        if not effect.side_by_side:
            await self._in_step(lanes, effect, gate)
            return
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._in_step([lane], effect, gate))

    async def _in_step(self, lanes: Sequence[Lane], effect: Effect, gate: Gate) -> None:
        while round_ := [item for lane in lanes if (item := _next(lane, gate)) is not None]:
            for item, failure in zip(round_, await effect.apply(round_), strict=True):
                gate.settle(item, failure)

    def _watch(self, gate: Gate) -> None:
        """Raise TooManyParked before anything is parked that would be our own fault."""
        for _ in range(gate.taken):
            self.breaker.note(None)
        for item, _why in gate.failed:
            self.breaker.note(item.stream or item.place)
        if self.breaker.tripped:
            _log.critical("reader_stopped", reader=self.name, reason="too many of the last messages failed")
            raise TooManyParked(self.name)


def _next(lane: Lane, gate: Gate) -> Item | None:
    """The lane's next item that has an effect; what has none is settled on the way."""
    while lane:
        item = lane.popleft()
        if not gate.lets(item):
            continue
        if item.problem is None and not item.ignored:
            return item
        gate.settle(item, item.problem)
    return None


def _lanes(items: Sequence[Item]) -> list[Lane]:
    lanes: dict[object, Lane] = defaultdict(deque)
    for item in items:
        lanes[item.lane].append(item)
    return list(lanes.values())


def _stalled(standings: Iterable[Standing]) -> frozenset[str]:
    return frozenset(each.stream for each in standings if each.parked == "gap")


def _streams(items: Sequence[Item]) -> list[str]:
    return [item.stream for item in items if item.stream is not None]


def _maybe_new(item: Item, standings: Mapping[str, Standing]) -> bool:
    if item.stream is None or item.sequence is None:
        return True
    return item.sequence > standings[item.stream].sequence
