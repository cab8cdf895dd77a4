"""What could not be cleared away is tried again soon: a simulated world stood still for an hour (seed 1074, of before).

A text to which no commit refers is let go first and taken away then. In between nobody may count on it, so whoever
asks again waits until it is gone.
"""

from collections.abc import Sequence
from datetime import timedelta

from structlog.testing import capture_logs
from typing_extensions import override

from shared.chassis.documents import DOCUMENTS
from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Unavailable, Write
from tests.integration.matrix.in_memory import InMemory
from tests.support.eventually import eventually
from tests.support.ports.faults import Tape
from tests.support.shoe_works import NOON
from tests.support.virtual_time import run_virtually

HALF_GONE = {
    "_id": "d",
    "stream": "order-o",
    "cause": "c",
    "region": "north",
    "holder": "h",
    "suspected": None,
    "at": NOON - timedelta(days=2),
    "gone": True,
}


class AwayOnce(MemoryStore):
    """Is away when the first text is to be taken away."""

    _away = True

    @override
    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        if collection == DOCUMENTS and self._away:
            self._away = False
            raise Unavailable("away")
        return await super().write(collection, writes)


def test_a_text_that_is_half_gone_is_gone_soon_although_the_database_was_away() -> None:
    async def live() -> None:
        store = AwayOnce()
        await store.insert(DOCUMENTS, HALF_GONE)
        place = InMemory(Tape(), store)
        process = await place.open()

        async def gone() -> bool:
            return not await store.count(DOCUMENTS, {})

        await eventually(gone, "the text is gone", seconds=120)
        await place.bury(process)

    with capture_logs():
        run_virtually(live())
