"""What a service folds out of messages, by the chassis' own folding over a store in memory: once, and with repeats."""

from collections.abc import Sequence
from typing import Any

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.service import Service
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Message
from shared.chassis.reading.counts import Counts
from shared.chassis.reading.folding import FoldEffect
from shared.chassis.reading.item import item_of
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.projections import projections_of
from tests.support.shoe_works import SetClock

Rows = dict[str, dict[str, dict[str, Any]]]


async def folded(service: Service, catalogue: Catalogue, batches: Sequence[Sequence[Message]]) -> Rows:
    """What follows from events alone of every row of every view and every deadline, after these batches."""
    store, projections = MemoryStore(), projections_of(service)
    for batch in batches:
        items = [item_of(message, "") for message in batch]
        for item in items:
            item.open(catalogue)
        effect = FoldEffect(projections, store, Patience(SetClock(), "views", Counts()), _open)
        await effect.begin(items)
        assert not any(await effect.apply(items)), "a fold failed"
        assert await effect.finish()
    rows: Rows = {}
    for each in projections:
        found = await store.find(each.collection, {}, order=[("_id", 1)])
        rows[each.collection] = {row["_id"]: each.content(row) for row in found}
    return rows


def repeated(history: Sequence[Message]) -> list[list[Message]]:
    """The same, with repeats as a crash or a rebalance leaves them: within a batch, all over, and old after new."""
    half = len(history) // 2
    doubled = [message for message in history[:half] for _ in range(2)]
    return [doubled, list(history), list(history), list(history[:half])]


async def _open() -> None:
    return None
