"""Rebuilding what is folded: into a shadow, then in place of the live collection; or only to compare the two.

Nothing is lost at the swap. Most of history is read while the live reader goes on. Then the readers are held: a batch
that begins later waits; the messages of one that began before lie on the topic already, so the second reading has them,
and what that batch still writes either is replaced or meets a row with another mark and is folded anew. Positions stay
as they are: rows know by themselves what has fed them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import structlog

from shared.chassis.ports import Broker, Clock, Document, Store
from shared.chassis.reading.failure import Failure
from shared.chassis.reading.history import History
from shared.chassis.reading.leases import Lease
from shared.chassis.reading.pause import paused
from shared.chassis.reading.projections import Projection
from shared.chassis.reading.reader import Reader

PAGE = 500
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rebuilt:
    """How many events were folded, and the streams that had to stop before their end, and why."""

    events: int
    stopped: dict[str, Failure]


@dataclass
class Compared:
    """Rows that are equal, that differ (their ids), and that the live reader has moved or has not reached yet.

    `shared`: rows that are fed by other keys as well, and were not compared because only one key was asked for.
    """

    equal: int = 0
    moving: int = 0
    shared: int = 0
    different: list[str] = field(default_factory=list)
    stopped: dict[str, Failure] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.equal + self.moving + self.shared + len(self.different)


class Rebuilding:
    """Rebuilds projections that share one collection; `reader` is the live one that folds them.

    With a `key` only what the streams of this key feed is compared; then nothing can be rebuilt.
    """

    def __init__(  # noqa: PLR0913 - all that a rebuild touches
        self,
        reader: Reader,
        projections: Sequence[Projection],
        *,
        store: Store,
        broker: Broker,
        clock: Clock,
        key: str | None = None,
    ) -> None:
        self._reader = reader
        self._projection = projections[0]
        self._live = projections[0].collection
        self._history = History(reader.name, reader.catalogue, projections, store, reader.prefix, key)
        self._store = store
        self._broker = broker
        self._clock = clock
        self._key = key

    @property
    def events(self) -> int:
        """How many events have been folded so far."""
        return self._history.events

    async def rebuild(self) -> Rebuilt:
        """Fold all history and put it in place. Raises Leased, LeaseLost and Unavailable; run it again then.

        Raises ValueError for one key alone: the rows of the others would be gone.
        """
        if self._key is not None:
            raise ValueError("one key alone is compared, not rebuilt")
        await self._lease().hold(self._rebuild())
        events, stopped = self._history.events, self._history.stopped
        _log.info("rebuilt", collection=self._live, events=events, stopped=len(stopped))
        return Rebuilt(events, stopped)

    async def verify(self) -> Compared:
        """Fold all history beside the live rows and say where they differ. Raises Leased. Changes nothing."""
        return await self._lease().hold(self._verify())

    async def _rebuild(self) -> None:
        await self._history.begin()
        await self._history.read(self._broker)
        async with paused(self._store, self._clock, self._live) as pause:
            await pause.hold(self._replace(), taken=True)

    async def _replace(self) -> None:
        await self._history.read(self._broker)
        if self._projection.adopts:
            await self._adopt()
        await self._store.swap(self._live, self._history.shadow)

    async def _adopt(self) -> None:
        async for rebuilt, live in self._pairs():
            kept = [self._projection.adopt(row, live[row["_id"]]) for row in rebuilt if row["_id"] in live]
            await self._history.change(kept)

    async def _verify(self) -> Compared:
        await self._history.begin()
        await self._history.read(self._broker)
        result, rebuilt_ids = Compared(stopped=self._history.stopped), set[str]()
        async for rebuilt, live in self._pairs():
            rebuilt_ids |= {row["_id"] for row in rebuilt}
            for row in rebuilt:
                await self._compare(row, live.get(row["_id"]), result)
        async for page in self._rows(self._live):
            for row in page:
                if row["_id"] not in rebuilt_ids:
                    await self._compare(None, row, result)
        await self._store.drop(self._history.shadow)
        return result

    async def _compare(self, rebuilt: Document | None, live: Document | None, result: Compared) -> None:
        if self._key is not None and live is not None and not self._history.knows(_fed(live)):
            result.shared += rebuilt is not None
            return
        row_id = str((rebuilt or live or {})["_id"])
        if rebuilt and live and rebuilt["fed"] == live["fed"]:
            same = self._projection.content(rebuilt) == self._projection.content(live)
            result.equal += same
            result.different += [] if same else [row_id]
        elif await self._explained(row_id, rebuilt):
            result.moving += 1
        else:
            result.different.append(row_id)

    async def _explained(self, row_id: str, rebuilt: Document | None) -> bool:
        """Whether a row differs only because the live reader has since moved it, or has not come so far yet."""
        told = _fed(rebuilt)
        # Positions first: they are never ahead of the rows, so a row that is read after them must hold what they say.
        standings = await self._reader.positions.read(told, fresh=True)
        live = _fed((await self._store.get(self._live, [row_id])).get(row_id))
        behind = [stream for stream, sequence in told.items() if live.get(stream, 0) < sequence]
        ahead = [stream for stream, sequence in live.items() if sequence > self._history.heard(stream)]
        late = all(standings[stream].sequence < told[stream] for stream in behind)
        reached = rebuilt is not None and live == told
        return late and bool(behind or ahead or reached)

    async def _pairs(self) -> AsyncIterator[tuple[list[Document], dict[str, Document]]]:
        """Rebuilt rows, page by page, each page with the live rows of the same ids."""
        async for page in self._rows(self._history.shadow):
            yield page, dict(await self._store.get(self._live, [row["_id"] for row in page]))

    async def _rows(self, collection: str) -> AsyncIterator[list[Document]]:
        last = ""
        while page := await self._store.find(collection, {"_id": {"$gt": last}}, order=[("_id", 1)], limit=PAGE):
            yield page
            last = page[-1]["_id"]

    def _lease(self) -> Lease:
        return Lease(self._store, self._clock, f"rebuild|{self._live}")


def _fed(row: Document | None) -> dict[str, int]:
    return dict(row["fed"]) if row else {}
