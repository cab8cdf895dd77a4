"""Folding a batch of events into documents in memory, and storing them at once.

Each document says in `fed` how far each stream has fed it, so that a repeat changes nothing; and it carries its last
writer's mark, so that of two writers at the same row (two replicas after a rebalance) one loses, reads again and folds
its batch anew: no update is lost.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from shared.chassis.ids import new_id
from shared.chassis.ports import Document, Store
from shared.chassis.reading.failure import Failure, failure_of
from shared.chassis.reading.guarded import put_guarded
from shared.chassis.reading.item import Item
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.projections import Projection

Rows = dict[str, Document]
Place = Callable[[Projection], str]
"""Says in which collection a projection's documents lie."""

UntilOpen = Callable[[], Awaitable[None]]
"""Returns when none of the collections is being replaced."""


class Folding:
    """The rows of a batch: as they were read, and as they will be."""

    def __init__(self, projections: Sequence[Projection], place: Place) -> None:
        self._projections = projections
        self._place = place
        self.rows: dict[str, Rows] = defaultdict(dict)
        self.changed: dict[str, Rows] = defaultdict(dict)

    def concerned(self, items: Sequence[Item]) -> dict[str, set[str]]:
        """The ids that these items will need, by collection."""
        ids: dict[str, set[str]] = defaultdict(set)
        for item in items:
            for projection in self._feeding(item):
                try:
                    row_id = projection.row_id(item.event)
                except Exception:  # noqa: BLE001, S112 - raised again by `take`, where it parks this item alone
                    continue
                if row_id is not None:
                    ids[self._place(projection)].add(row_id)
        return ids

    def take(self, item: Item) -> Failure | None:
        """Fold one item into all that it concerns, or, when one fold fails, into nothing."""
        try:
            after = [each for projection in self._feeding(item) for each in self._folded(projection, item)]
        except Exception as error:  # noqa: BLE001 - a fold is pure: it would fail again, so the item is parked
            return failure_of(error)
        for place, document in after:
            self.rows[place][document["_id"]] = document
            self.changed[place][document["_id"]] = document
        return None

    def _feeding(self, item: Item) -> list[Projection]:
        return [each for each in self._projections if type(item.event) in each.events]

    def _folded(self, projection: Projection, item: Item) -> list[tuple[str, Document]]:
        row_id, place = projection.row_id(item.event), self._place(projection)
        if row_id is None:
            return []
        before = self.rows[place].get(row_id)
        fed = dict(map(tuple, before["fed"])) if before else {}
        stream, sequence = str(item.stream), int(item.sequence or 0)
        if fed.get(stream, 0) >= sequence:
            return []
        fed[stream] = sequence
        content = projection.fold(before, item)
        if before is None and projection.is_nothing(content):
            return []
        # Pairs, not fields: a stream's name may hold a dot.
        return [(place, {**content, "_id": row_id, "fed": sorted(map(list, fed.items()))})]


class FoldEffect:
    """Folds into the live collections."""

    side_by_side = False

    def __init__(
        self, projections: Sequence[Projection], store: Store, patience: Patience, until_open: UntilOpen
    ) -> None:
        self._store = store
        self._patience = patience
        self._until_open = until_open
        self._folding = Folding(projections, lambda projection: projection.collection)
        self._marks: dict[str, dict[str, str | None]] = defaultdict(dict)

    async def begin(self, items: Sequence[Item]) -> None:
        """Read the rows that these will need, in one call per collection."""
        await self._until_open()
        for place, ids in self._folding.concerned(items).items():
            wanted = sorted(ids)
            found = await self._patience.insist("database", partial(self._store.get, place, wanted))
            self._folding.rows[place].update(found)
            self._marks[place] = {name: _mark(found.get(name)) for name in wanted}

    async def apply(self, items: Sequence[Item]) -> Sequence[Failure | None]:
        """Fold these in memory."""
        return [self._folding.take(item) for item in items]

    async def finish(self) -> bool:
        """Store the changed rows, in one call per collection; False when another writer was at one of them."""
        mark, lost = new_id(), False
        for place, rows in self._folding.changed.items():
            documents = [{**row, "mark": mark} for row in rows.values()]
            seen = {name: self._marks[place][name] for name in rows}
            lost = bool(await put_guarded(self._store, self._patience, place, documents, seen)) or lost
        return not lost


def _mark(document: Document | None) -> str | None:
    return document["mark"] if document else None
