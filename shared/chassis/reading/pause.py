"""Holding the folding readers while a collection is being replaced, across processes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from shared.chassis.ports import Clock, Store, Unavailable
from shared.chassis.reading.leases import LEASES, Lease
from shared.chassis.reading.patience import Patience

LOOK_AGAIN_SECONDS = 0.2


def pause_name(collection: str) -> str:
    """The lease whose holder may replace this collection."""
    return f"pause|{collection}"


@asynccontextmanager
async def paused(store: Store, clock: Clock, collection: str) -> AsyncIterator[Lease]:
    """Readers that have not begun a batch yet wait until the block ends. Raises Leased.

    When the block ends because the database was away, the pause is left to lapse: the replacement may still happen.
    """
    lease = Lease(store, clock, pause_name(collection))
    await lease.take()
    try:
        yield lease
    except Unavailable:
        raise
    except BaseException:  # also when it is cut off: nothing is replaced any more
        await lease.release()
        raise
    else:
        await lease.release()


class UntilOpen:
    """Waits until nobody holds a pause on any of these collections."""

    def __init__(self, store: Store, clock: Clock, patience: Patience, collections: Sequence[str]) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience
        self._names = [pause_name(collection) for collection in dict.fromkeys(collections)]

    async def __call__(self) -> None:
        """Return when all are open."""
        look = partial(self._store.get, LEASES, self._names)
        while any(
            lease["until"] > self._clock.now() for lease in (await self._patience.insist("database", look)).values()
        ):
            await self._clock.sleep(LOOK_AGAIN_SECONDS)
