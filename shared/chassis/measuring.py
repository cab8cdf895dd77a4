"""What a service measures about itself now and then: what waits, what is parked, what is late.

Read from the service's own database, so it is the same whichever of its workers tells it: take the largest.
"""

from datetime import datetime, timedelta

from shared.chassis.assembling import Assembled
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.age import Age
from shared.chassis.ports import Store, Unavailable
from shared.chassis.read_only import read_switch
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.reading.projections import DEADLINES, view_collection

LATE_AFTER = timedelta(minutes=1)


async def measure(assembled: Assembled) -> None:
    """Bring the gauges up to date. Leaves as they are those of a database or broker that is away."""
    try:
        await _stored(assembled)
        for reader, records in (await assembled.readers.lag()).items():
            assembled.metrics.lag(reader, records)
    except Unavailable:
        return


async def _stored(assembled: Assembled) -> None:
    store, metrics, now = assembled.around.store, assembled.metrics, assembled.around.clock.now()
    metrics.unrelayed(await store.count(JOURNAL, {"relayed": False}), await _age_seconds(store, now))
    for reader in assembled.readers.names:
        metrics.parked(reader, await store.count(PARKED, {"reader": reader}))
        held = {"reader": reader, "parked": {"$in": ["failed", "gap"]}}
        metrics.held_up(reader, await store.count(POSITIONS, held))
    metrics.late(await store.count(DEADLINES, {"asked": False, "due_at": {"$lte": now - LATE_AFTER}}))
    for age in assembled.service.ages:
        metrics.waiting(age.name, await _waiting_seconds(assembled, age))
    metrics.read_only(closed=await read_switch(store) is not None)


async def _age_seconds(store: Store, now: datetime) -> float:
    """How long the oldest commit that is not on the topic has waited."""
    oldest = await store.find(JOURNAL, {"relayed": False}, order=[("at", 1)], limit=1)
    return max(0.0, (now - oldest[0]["at"]).total_seconds()) if oldest else 0.0


async def _waiting_seconds(assembled: Assembled, age: Age) -> float:
    """How long the row that has waited longest has waited."""
    waiting, oldest = {f"row.{age.since}": {"$ne": None}}, [(f"row.{age.since}", 1), ("_id", 1)]
    found = await assembled.around.store.find(view_collection(age.view.path), waiting, order=oldest, limit=1)
    if not found:
        return 0.0
    since: datetime = getattr(age.view.row.model_validate(found[0]["row"]), age.since)
    return max(0.0, (assembled.around.clock.now() - since).total_seconds())
