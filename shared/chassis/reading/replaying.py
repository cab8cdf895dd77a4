"""Putting parked messages back, in order and through the very same path as live ones; and giving up on one.

Safe beside the live reader: the flag of a stream is cleared only by a move from a position that was read before the
last look into `parked`, and the live reader touches that position whenever it parks. One of the two loses and looks
again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from shared.chassis.ports import Clock, Document, Remove, Store
from shared.chassis.reading.failure import Failure
from shared.chassis.reading.gate import Gate
from shared.chassis.reading.leases import Lease, Leased, LeaseLost
from shared.chassis.reading.parking import DISCARDED, PARKED, Parked, described, stream_id
from shared.chassis.reading.positions import POSITIONS, Blocked, Standing
from shared.chassis.reading.reader import PASSES, Contended, Reader

AT_ONCE = 25
LEASE_PAUSE_SECONDS = 0.2
_log = structlog.get_logger(__name__)


class NotNext(Exception):
    """Only the message that holds up its stream can be given up: the order of the others would break."""


class NotParked(Exception):
    """Nothing is parked under this name."""


@dataclass(frozen=True)
class Replayed:
    """How far one stream came. `stopped_at` is the sequence number that failed again or is missing, if there is one."""

    stream: str
    taken: int
    stopped_at: int | None = None
    why: Failure | None = None


class Replaying:
    """The operators' side of one reader."""

    def __init__(self, reader: Reader, store: Store, clock: Clock) -> None:
        self._reader = reader
        self._store = store
        self._clock = clock

    async def replay(self, stream: str | None = None) -> list[Replayed]:
        """Put back what is parked, in one stream or in all. Raises Leased when somebody else does so already."""
        streams = [stream] if stream else await self.blocked_streams()
        return [await self._lease(each).hold(self._replay(each)) for each in streams]

    async def follow(self, streams: Iterable[str]) -> None:
        """Put back what waited for a missing message, if that has come."""
        for stream in sorted(streams):
            await self._reader.patience.insist("database", partial(self._follow, stream))

    async def discard(self, stream: str, sequence: int, reason: str, by: str) -> None:
        """Give up on the message that holds up a stream, parked or missing; the rest follows on replay.

        Raises NotNext, NotParked (the stream is not held up) and Leased.
        """
        await self._lease(stream).hold(self._discard(stream, sequence, reason, by))

    async def discard_unplaced(self, parked_id: str, reason: str, by: str) -> None:
        """Give up on a message of which nobody knows the stream. Raises NotParked."""
        found = await self._store.get(PARKED, [parked_id])
        if parked_id not in found or found[parked_id]["stream"] is not None:
            raise NotParked(parked_id)
        await self._record(parked_id, reason, by)
        await self._store.write(PARKED, [Remove(parked_id)])

    async def parked(self) -> list[Document]:
        """Everything parked for this reader, without bytes, by stream and order."""
        order = [("stream", 1), ("sequence", 1)]
        found = await self._store.find(PARKED, {"reader": self._reader.name}, order=order)
        streams = {each["stream"] for each in found if each["stream"] is not None}
        standings = await self._reader.positions.read(streams, fresh=True)
        return [described(each) for each in found if not _taken(each, standings)]

    async def tidy(self) -> int:
        """Take away what stayed parked although it was taken or given up: a process died in between. How many went.

        A position never goes back, so this may be done at any time, beside whoever reads.
        """
        gone = 0
        async for page in self._reader.parking.all():
            streams = {each["stream"] for each in page if each["stream"] is not None}
            standings = await self._reader.positions.read(streams, fresh=True)
            taken = [each for each in page if _taken(each, standings)]
            await self._reader.parking.remove(taken)
            gone += len(taken)
        return gone

    async def show(self, parked_id: str) -> Document:
        """One parked message with all its bytes. Raises NotParked."""
        found = await self._store.get(PARKED, [parked_id])
        if parked_id not in found:
            raise NotParked(parked_id)
        return found[parked_id]

    async def blocked_streams(self) -> list[str]:
        """The streams in which something waits."""
        where = {"reader": self._reader.name, "parked": {"$in": ["gap", "failed"]}}
        return sorted(each["stream"] for each in await self._store.find(POSITIONS, where))

    async def _follow(self, stream: str) -> None:
        while True:
            try:
                await self._lease(stream).hold(self._replay(stream))
            except (Leased, LeaseLost):
                await self._clock.sleep(LEASE_PAUSE_SECONDS)
            else:
                return

    async def _replay(self, stream: str) -> Replayed:
        taken = 0
        while True:
            standing = await self._standing(stream)
            ahead = await self._ahead(standing)
            if not ahead:
                if await self._clear(standing):
                    return Replayed(stream, taken)
                continue
            if ahead[0].sequence > standing.sequence + 1:
                return await self._missing(standing, taken)
            gate, reached = await self._attempt(standing, ahead)
            taken += reached.sequence - standing.sequence
            if gate.failed:
                return await self._failed(gate, reached, taken)

    async def _discard(self, stream: str, sequence: int, reason: str, by: str) -> None:
        standing = await self._standing(stream)
        if standing.parked is None:
            raise NotParked(stream)
        if sequence != standing.sequence + 1:
            raise NotNext(f"{stream}: {standing.sequence + 1} comes first")
        name = stream_id(self._reader.name, stream, sequence)
        await self._record(name, reason, by)
        await self._advance(stream, sequence, standing.parked)
        await self._store.write(PARKED, [Remove(name)])

    async def _ahead(self, standing: Standing) -> list[Parked]:
        """What waits beyond the position; what was taken already is cleared away."""
        found = await self._reader.parking.of_stream(standing.stream, AT_ONCE)
        await self._reader.parking.remove([each.document for each in found if each.sequence <= standing.sequence])
        ahead = [each for each in found if each.sequence > standing.sequence]
        return ahead if ahead or not found else await self._ahead(standing)

    async def _attempt(self, standing: Standing, ahead: Sequence[Parked]) -> tuple[Gate, Standing]:
        for _ in range(PASSES):
            trial = replace(standing, parked=None)
            gate = await self._reader.attempt([each.item for each in ahead], {standing.stream: trial})
            if gate is not None:
                await self._advance(
                    standing.stream, trial.sequence, "failed" if gate.failed else standing.parked or "gap"
                )
                self._reader.counts.add(self._reader.name, "replayed", trial.sequence - standing.sequence)
                return gate, trial
        raise Contended(standing.stream)

    async def _failed(self, gate: Gate, reached: Standing, taken: int) -> Replayed:
        item, why = gate.failed[0]
        kept = await self._store.get(PARKED, [stream_id(self._reader.name, reached.stream, item.sequence)])
        before = sum(int(document["tries"]) for document in kept.values())
        why = replace(why, tries=before + why.tries)
        await self._reader.parking.keep([(item, why)], [])
        return Replayed(reached.stream, taken, item.sequence, why)

    async def _missing(self, standing: Standing, taken: int) -> Replayed:
        await self._advance(standing.stream, standing.sequence, "gap")
        return Replayed(standing.stream, taken, standing.sequence + 1, Failure("gap", "earlier_one_missing"))

    async def _clear(self, standing: Standing) -> bool:
        if standing.parked is None:
            return True
        standing.parked, standing.touched = None, True
        return await self._reader.positions.move([standing])

    async def _advance(self, stream: str, sequence: int, parked: Blocked) -> None:
        """Move the position up to what is stored. It stays blocked: only an empty `parked` clears it."""
        while True:
            standing = await self._standing(stream)
            sequence = max(sequence, standing.sequence)
            if (standing.sequence, standing.parked) == (sequence, parked):
                return
            standing.sequence, standing.parked, standing.touched = sequence, parked, True
            if await self._reader.positions.move([standing]):
                return

    async def _record(self, parked_id: str, reason: str, by: str) -> None:
        kept = await self._store.get(PARKED, [parked_id])
        document: dict[str, Any] = kept.get(parked_id) or {"_id": parked_id, "reader": self._reader.name}
        given_up = {**document, "reason": reason, "by": by, "discarded_at": self._clock.now()}
        await self._store.insert_many(DISCARDED, [given_up])
        self._reader.counts.add(self._reader.name, "discarded")
        _log.warning("message_discarded", reader=self._reader.name, id=parked_id)

    async def _standing(self, stream: str) -> Standing:
        return (await self._reader.positions.read([stream], fresh=True))[stream]

    def _lease(self, stream: str) -> Lease:
        return Lease(self._store, self._clock, f"replay|{self._reader.name}|{stream}")


def _taken(document: Document, standings: dict[str, Standing]) -> bool:
    stream = document["stream"]
    return stream is not None and document["sequence"] <= standings[stream].sequence
