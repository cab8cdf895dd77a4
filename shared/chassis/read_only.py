"""Read-only: people may look, and nothing new is taken, while those who look after the platform need quiet.

The switch is one document in the service's own database, so that it holds for every process of the service at once
and outlives a restart. What was accepted before goes on: events are relayed, policies and deadlines finish their work.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from shared.chassis.ports import Clock, Put, Remove, Store, Unavailable

SWITCHES = "switches"
READ_ONLY = "read-only"
LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Closed:
    """Why nothing is taken, and since when (as it is stored)."""

    reason: str
    since: Any


class ReadOnly:
    """Whether the service is read-only, known to within a second; looked up only when somebody wants to write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_at: float | None = None
        self._known: Closed | None = None

    async def closed(self) -> Closed | None:
        """Why nothing is taken, or None. While the database is away the last answer holds."""
        now = asyncio.get_running_loop().time()
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY_SECONDS:
            self._looked_at = now
            try:
                self._known = await read_switch(self._store)
            except Unavailable:
                return self._known
        return self._known


async def read_switch(store: Store) -> Closed | None:
    """How the switch stands now. Raises Unavailable."""
    found = (await store.get(SWITCHES, [READ_ONLY])).get(READ_ONLY)
    return None if found is None else Closed(found["reason"], found["since"])


async def close(store: Store, clock: Clock, reason: str) -> None:
    """Take nothing any more, within a second. Raises Unavailable."""
    await store.write(SWITCHES, [Put({"_id": READ_ONLY, "reason": reason, "since": clock.now()})])


async def reopen(store: Store) -> None:
    """Take commands again, within a second. Raises Unavailable."""
    await store.write(SWITCHES, [Remove(READ_ONLY)])
