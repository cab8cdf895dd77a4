"""Leases: one at a time, across processes, and free again by itself when its holder dies."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from shared.chassis.ids import new_id
from shared.chassis.ports import Clock, Collided, Store, Unavailable

LEASES = "leases"
LEASE_SECONDS = 60
RENEW_SECONDS = 15

T = TypeVar("T")


class Leased(Exception):
    """Somebody else is at it. Try again in a minute."""


class LeaseLost(Exception):
    """The lease ran out while its holder was still at work; the work was stopped where it stood. Start anew."""


class Lease:
    """The right to do one thing alone."""

    def __init__(self, store: Store, clock: Clock, name: str) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._by = new_id()

    async def hold(self, work: Coroutine[Any, Any, T], *, taken: bool = False) -> T:
        """Do the work while holding the lease, `taken` before or taken now. Raises Leased, LeaseLost."""
        job = asyncio.ensure_future(self._alone(work) if not taken else work)
        try:
            while not (await asyncio.wait({job}, timeout=RENEW_SECONDS))[0]:
                with suppress(Unavailable):  # it holds for several turns more; one that lapsed is noticed by the next
                    await self.renew()
            return job.result()
        finally:
            job.cancel()
            await asyncio.wait({job})

    async def take(self) -> None:
        """Become the holder. Raises Leased."""
        try:
            await self._store.insert(LEASES, {"_id": self._name, **self._values()})
        except Collided:
            lapsed = {"until": {"$lte": self._clock.now()}}
            if not await self._store.claim(LEASES, self._name, lapsed, self._values()):
                raise Leased(self._name) from None

    async def renew(self) -> None:
        """Hold it for longer. Raises LeaseLost."""
        mine = {"by": self._by, "until": {"$gt": self._clock.now()}}
        if not await self._store.claim(LEASES, self._name, mine, self._values()):
            raise LeaseLost(self._name)

    async def release(self) -> None:
        """Let the next one in; nothing happens when it was lost."""
        await self._store.claim(LEASES, self._name, {"by": self._by}, {"until": self._clock.now()})

    async def _alone(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            await self.take()
        except BaseException:  # also when it is cut off: nobody will await the work any more
            work.close()
            raise
        try:
            return await work
        finally:
            await self.release()

    def _values(self) -> dict[str, object]:
        return {"by": self._by, "until": self._clock.now() + timedelta(seconds=LEASE_SECONDS)}
