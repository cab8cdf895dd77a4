"""How far each reader has come in each stream: one document per (reader, stream), changed only by compare-and-set.

A position says: every effect up to this sequence number is stored, or was given up on purpose. It is therefore
written after the effects, never before; and since effects may be repeated, it need not be written at once, as long as
the offset waits for it. How far effects are ahead of what is written is kept in memory (`keep`) until `unstored` is
moved. What holds up a stream is written at once: others must see it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.chassis.ids import new_id
from shared.chassis.ports import Document, Store
from shared.chassis.reading.guarded import put_guarded
from shared.chassis.reading.patience import Patience

POSITIONS = "positions"
REMEMBERED = 4_000

Blocked = Literal["gap", "failed"]


@dataclass
class Standing:
    """Where one reader stands in one stream. `parked` says why later messages wait; `mark` is the last writer's.

    `touched`: it says more than what is written.
    """

    stream: str
    sequence: int = 0
    parked: Blocked | None = None
    mark: str | None = None
    touched: bool = False


class Positions:
    """Reads and moves the positions of one reader.

    The last known ones are remembered: that is safe, because a move from a stale one is refused by the mark.
    """

    def __init__(self, store: Store, reader: str, patience: Patience) -> None:
        self._store = store
        self._reader = reader
        self._patience = patience
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._ahead: dict[str, int] = {}

    async def read(self, streams: Iterable[str], *, fresh: bool = False) -> dict[str, Standing]:
        """Where the reader stands in these streams; `fresh` asks the database even for what is remembered.

        Effects that are stored already count, also when somebody else has written the position since.
        """
        wanted = dict.fromkeys(streams)
        known = {} if fresh else {stream: self._known[stream] for stream in wanted if stream in self._known}
        missing = [stream for stream in wanted if stream not in known]
        found = known | (await self._fetch(missing) if missing else {})
        return {stream: self._as_far_as_stored(found[stream]) for stream in wanted}

    def _as_far_as_stored(self, written: Standing) -> Standing:
        if self._ahead.get(written.stream, 0) > written.sequence:
            return replace(written, sequence=self._ahead[written.stream], touched=True)
        self._ahead.pop(written.stream, None)
        return replace(written)

    async def keep(self, standings: Sequence[Standing]) -> bool:
        """Remember how far effects are stored, and write what is held up; False when somebody else has written that."""
        self._ahead |= {standing.stream: standing.sequence for standing in standings if standing.touched}
        return await self.move([standing for standing in standings if standing.parked is not None])

    async def unstored(self) -> list[Standing]:
        """The positions that have to be moved before any offset is."""
        return [standing for standing in (await self.read(list(self._ahead))).values() if standing.touched]

    async def move(self, standings: Sequence[Standing]) -> bool:
        """Store the touched ones; False when somebody else has moved one of them meanwhile: read again."""
        touched = [standing for standing in standings if standing.touched]
        mark = new_id()
        documents = [self._document(standing, mark) for standing in touched]
        seen = {self.id_of(standing.stream): standing.mark for standing in touched}
        lost = await put_guarded(self._store, self._patience, POSITIONS, documents, seen)
        for standing in touched:
            self._known.pop(standing.stream, None)
            if self.id_of(standing.stream) not in lost:
                self._remember(replace(standing, mark=mark, touched=False))
                self._as_far_as_stored(standing)
        return not lost

    def id_of(self, stream: str) -> str:
        """The `_id` of the position in this stream."""
        return f"{self._reader}|{stream}"

    async def _fetch(self, streams: Sequence[str]) -> dict[str, Standing]:
        ids = [self.id_of(stream) for stream in streams]
        documents = await self._patience.insist("database", lambda: self._store.get(POSITIONS, ids))
        found = {stream: _standing(stream, documents.get(self.id_of(stream))) for stream in streams}
        for standing in found.values():
            self._remember(standing)
        return found

    def _remember(self, standing: Standing) -> None:
        self._known[standing.stream] = standing
        self._known.move_to_end(standing.stream)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _document(self, standing: Standing, mark: str) -> Document:
        return {
            "_id": self.id_of(standing.stream),
            "reader": self._reader,
            "stream": standing.stream,
            "sequence": standing.sequence,
            "parked": standing.parked,
            "mark": mark,
        }


def _standing(stream: str, document: Document | None) -> Standing:
    if document is None:
        return Standing(stream)
    return Standing(stream, document["sequence"], document["parked"], document["mark"])
