"""What a worker clears away now and then: what is kept for a while only, and what a crash left behind."""

from shared.chassis.assembling import Assembled
from shared.chassis.http.files import sweep_orphan_files


async def keep_house(assembled: Assembled) -> None:
    """Clear away once. Several may do so at the same time. Raises Unavailable: the rest waits for the next time."""
    now = assembled.around.clock.now()
    await assembled.refusals.forget()
    await assembled.documents.sweep_orphans(now)
    await sweep_orphan_files(assembled.around.store, now)
    await assembled.readers.tidy()
