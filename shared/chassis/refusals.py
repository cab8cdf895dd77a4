"""The book of refusals: who was refused what, when and why. Kept for a while, outside the journal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from shared.chassis.declarations.refusal import Refusal
from shared.chassis.ids import new_id
from shared.chassis.ports import Clock, Document, Put, Remove, Store, Unavailable
from shared.chassis.requests import Request

REFUSALS = "refusals"
KEPT = timedelta(days=90)
_AT_ONCE = 1_000

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Attempt:
    """Who was refused what, and why: the code, its sentence, and the field at fault; never what was sent."""

    actor: str
    command: str
    stream: str
    code: str
    reason: str
    field: str | None
    region: str
    correlation: str


class RefusalBook:
    """Keeps the refused attempts of one service for 90 days, readable by who made them and by the region."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prepare(self) -> None:
        """See to it that reading is quick: by the region, by who asked, and what one request led to."""
        for fields in (("region", "at"), ("actor", "at"), ("correlation",), ("at",)):
            await self._store.indexed(REFUSALS, fields)

    async def keep(self, request: Request, refusal: Refusal, stream: str, region: str | None = None) -> None:
        """Write down that a rule said no. `region` is where the thing lies, if that is known."""
        attempt = Attempt(
            actor=request.actor.id,
            command=type(request.command).__name__,
            stream=stream,
            code=refusal.code(),
            reason=refusal.sentence(),
            field=refusal.field,
            region=region or request.region or min(request.actor.regions, default=""),
            correlation=request.correlation_id,
        )
        await self.note(attempt)

    async def note(self, attempt: Attempt) -> None:
        """Write one down. When that cannot be done the refusal still goes out; the log says so."""
        try:
            entry = {"_id": new_id(), **asdict(attempt), "at": self._clock.now()}
            await self._store.write(REFUSALS, [Put(entry)])
        except Unavailable:
            log.warning("refusal_not_kept", code=attempt.code)

    async def read(self, where: Mapping[str, Any], limit: int) -> list[Document]:
        """The newest refused attempts that match."""
        return await self._store.find(REFUSALS, where, order=[("at", -1), ("_id", -1)], limit=limit)

    async def forget(self) -> int:
        """Let go of what is older than it has to be kept, however much that is; how many went."""
        gone, where = 0, {"at": {"$lt": self._clock.now() - KEPT}}
        while old := await self._store.find(REFUSALS, where, limit=_AT_ONCE):
            await self._store.write(REFUSALS, [Remove(entry["_id"]) for entry in old])
            gone += len(old)
        return gone


def before(at: datetime, entry_id: str) -> Mapping[str, Any]:
    """What an entry must match to come after this one, the newest first."""
    return {"$or": [{"at": at, "_id": {"$lt": entry_id}}, {"at": {"$lt": at}}]}
