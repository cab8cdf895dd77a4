"""Folding all history into a shadow collection, the way the live reader would have folded it."""

from collections.abc import Iterable, Mapping, Sequence

from shared.chassis.catalogue import Catalogue
from shared.chassis.ids import new_id
from shared.chassis.ports import Broker, Document, Message, Put, Remove, Store
from shared.chassis.reading.failure import GAP, Failure
from shared.chassis.reading.folding import Folding
from shared.chassis.reading.item import Item, item_of
from shared.chassis.reading.parking import DISCARDED, stream_id
from shared.chassis.reading.projections import Projection
from shared.chassis.wire import topic_of

CHUNK = 2_000
REMEMBERED_ROWS = 20_000


class History:
    """`read` may be called again: it goes on after what it has read already.

    Like the live reader it takes each stream in order, drops repeats, passes over what was given up, and stops a stream
    at the first message that cannot be taken (`stopped`). With a `key` it takes only the streams that have this key.
    """

    def __init__(  # noqa: PLR0913 - all that a fold of history depends on
        self,
        reader: str,
        catalogue: Catalogue,
        projections: Sequence[Projection],
        store: Store,
        prefix: str,
        key: str | None = None,
    ) -> None:
        self._reader = reader
        self._catalogue = catalogue
        self._store = store
        self._prefix = prefix
        self._key = None if key is None else key.encode()
        self.shadow = f"{projections[0].collection}.rebuilt"
        self._folding = Folding(projections, lambda _: self.shadow)
        self._indexes = projections[0].indexes
        self._asked_for: set[str] = set()
        self._read_up_to: dict[tuple[str, int], int] = {}
        self._heard: dict[str, int] = {}
        self._given_up: frozenset[str] = frozenset()
        self.stopped: dict[str, Failure] = {}
        self.events = 0

    def heard(self, stream: str) -> int:
        """How far it has come in a stream."""
        return self._heard.get(stream, 0)

    def knows(self, streams: Iterable[str]) -> bool:
        """Whether all of these streams were among those it took."""
        return all(stream in self._heard for stream in streams)

    async def begin(self) -> None:
        """Start with an empty shadow."""
        await self._store.drop(self.shadow)
        # Written and removed, so that the collection exists even when no event concerns it.
        await self._store.write(self.shadow, [Put({"_id": "empty"})])
        await self._store.write(self.shadow, [Remove("empty")])
        for fields in self._indexes:
            await self._store.indexed(self.shadow, fields)

    async def read(self, broker: Broker) -> None:
        """Fold what lies on the topics now."""
        given_up = await self._store.find(DISCARDED, {"reader": self._reader})
        self._given_up = frozenset(document["_id"] for document in given_up)
        for service in sorted(self._catalogue.services()):
            chunk: list[Message] = []
            topic = topic_of(self._prefix, service)
            async for message in broker.read_all(topic, self._reached(topic)):
                if self._is_new(message):
                    chunk.append(message)
                if len(chunk) >= CHUNK:
                    await self._fold(chunk)
                    chunk = []
            await self._fold(chunk)
        await self._store_changed()

    async def change(self, documents: Sequence[Document]) -> None:
        """Store changed rows of the shadow."""
        for start in range(0, len(documents), CHUNK):
            puts = [Put(document) for document in documents[start : start + CHUNK]]
            await self._store.write(self.shadow, puts)

    def _reached(self, topic: str) -> Mapping[int, int]:
        return {part: offset for (name, part), offset in self._read_up_to.items() if name == topic}

    def _is_new(self, message: Message) -> bool:
        if self._key is not None and message.key != self._key:
            return False
        place = (message.topic, message.partition)
        if message.offset <= self._read_up_to.get(place, -1):
            return False
        self._read_up_to[place] = message.offset
        return True

    async def _fold(self, messages: Sequence[Message]) -> None:
        items = [item_of(message, self._prefix) for message in messages]
        await self._fetch([item for item in items if self._readable(item)])
        for item in items:
            self._take(item)

    async def _store_changed(self) -> None:
        mark = new_id()
        changed = self._folding.changed.pop(self.shadow, {})
        await self.change([{**row, "mark": mark} for row in changed.values()])

    def _readable(self, item: Item) -> bool:
        if (
            item.stream is None
            or item.stream in self.stopped
            or (item.sequence or 0) <= self._heard.get(item.stream, 0)
        ):
            return False
        item.open(self._catalogue)
        return item.problem is None and not item.ignored

    async def _fetch(self, items: Sequence[Item]) -> None:
        rows = self._folding.rows[self.shadow]
        if len(rows) > REMEMBERED_ROWS:
            await self._store_changed()
            rows.clear()
            self._asked_for.clear()
        missing = self._folding.concerned(items).get(self.shadow, set()) - self._asked_for
        self._asked_for |= missing
        rows.update(await self._store.get(self.shadow, sorted(missing)) if missing else {})

    def _take(self, item: Item) -> None:
        if item.stream is None or item.sequence is None or item.stream in self.stopped:
            return
        heard = self._past_given_up(item.stream)
        if item.sequence <= heard:
            return
        failure = GAP if item.sequence > heard + 1 else self._folded(item)
        if failure is None:
            self._heard[item.stream] = item.sequence
        else:
            self.stopped[item.stream] = failure

    def _folded(self, item: Item) -> Failure | None:
        item.open(self._catalogue)
        if item.problem is not None or item.ignored:
            return item.problem
        self.events += 1
        return self._folding.take(item)

    def _past_given_up(self, stream: str) -> int:
        heard = self._heard.get(stream, 0)
        while self._given_up and stream_id(self._reader, stream, heard + 1) in self._given_up:
            heard += 1
        self._heard[stream] = heard
        return heard
