"""The journal: reads streams and adds commits to them. One insert is everything.

Only exact `_id`s are looked up, so a read costs the same with any size of journal.
"""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.chassis.catalogue import Catalogue
from shared.chassis.commits import JOURNAL, commit_ids
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.grouping import Grouping
from shared.chassis.ports import Collided, Collision, Document, Put, Store, Unavailable
from shared.chassis.streams import SNAPSHOTS, Stream

FIRST_WINDOW = 1
SHORT_STREAM = 4
WIDEST_WINDOW = 256
SNAPSHOT_EVERY = 100
CACHED_STREAMS = 2_000

Addition = tuple[Stream, Document]
"""A commit, and the stream as it was when the commit was decided on."""


class Journal:
    """One service's journal with this process's cache of it.

    `learned` is told of every commit this process comes to know of, stream by stream in order, before anything that
    follows it can be added: that is how the relay knows what waits in front of what. `doubted` is told when a commit
    may have been stored although nobody knows: somebody should look.
    """

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        learned: Callable[[Document], None],
        doubted: Callable[[], None],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._learned = learned
        self._doubted = doubted
        self._cache: OrderedDict[str, Stream] = OrderedDict()
        self._appending: Grouping[Addition, Collision] = Grouping(self.append_many)
        self._looking: Grouping[list[str], Mapping[str, Document]] = Grouping(self._looked)

    async def prepare(self) -> None:
        """See to the indexes: what the protocol rests on, and for speed only the outbox and what one request led to."""
        await self._store.unique(JOURNAL, ("stream", "cause"))
        await self._store.indexed(JOURNAL, ("relayed",))
        await self._store.indexed(JOURNAL, ("correlation",))

    async def current(self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> Stream:
        """The stream as this process last knew it; read from the store when it did not."""
        known = self._cache.get(aggregate.stream(thing_id))
        return known or await self.refreshed(aggregate, thing_id)

    def assumed_new(self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> Stream:
        """The stream as this process last knew it; when it did not, as if nothing had happened in it.

        Good for a command that makes a thing: if the stream is there after all, the insert says so.
        """
        return self._cache.get(aggregate.stream(thing_id)) or Stream.unheard(aggregate, thing_id)

    def region_of(self, stream: str) -> str | None:
        """Where this process last knew the stream to lie; None when it knows of no such stream."""
        known = self._cache.get(stream)
        return None if known is None else known.region

    async def refreshed(self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> Stream:
        """The stream with every commit that is there now."""
        name = aggregate.stream(thing_id)
        known = self._cache.get(name)
        if known is not None:
            return self._learn(known, await self._ahead(name, known.tail.revision))
        return await self._cold(aggregate, thing_id)

    async def _cold(self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> Stream:
        """Most streams are short, so a snapshot is looked for only when the stream is not."""
        start = Stream.unheard(aggregate, thing_id)
        first = await self._window(start.name, 1, SHORT_STREAM)
        if len(first) < SHORT_STREAM:
            return self._learn(start, first)
        kept = await self._store.get(SNAPSHOTS, [start.name])
        found = Stream.from_snapshot(aggregate, thing_id, kept.get(start.name)) or start
        return self._learn(found, await self._ahead(start.name, found.tail.revision))

    async def _window(self, name: str, first: int, size: int) -> list[Document]:
        ids = commit_ids(name, first, size)
        return _unbroken(ids, await self._looking.add(ids) or {})

    async def _looked(self, wanted: Sequence[list[str]]) -> Mapping[int, Mapping[str, Document]]:
        """What several ask for at the same moment, by one look-up."""
        found = await self._store.get(JOURNAL, list(dict.fromkeys(id_ for ids in wanted for id_ in ids)))
        return {at: {id_: found[id_] for id_ in ids if id_ in found} for at, ids in enumerate(wanted)}

    async def _ahead(self, name: str, revision: int, most: int | None = None) -> list[Document]:
        """The commits after `revision` (at most so many), in windows that grow until one is missing: often all are."""
        commits: list[Document] = []
        window = FIRST_WINDOW
        while most is None or len(commits) < most:
            size = window if most is None else min(window, most - len(commits))
            commits += (run := await self._window(name, revision + 1 + len(commits), size))
            if len(run) < size:
                break
            window = min(window * 4, WIDEST_WINDOW)
        return commits

    def _learn(self, known: Stream, commits: Sequence[Document]) -> Stream:
        """Take in commits that others may have made meanwhile; without an await, so nobody sees half of it."""
        latest = self._cache.get(known.name)
        if latest is not None and latest.tail.revision >= known.tail.revision:
            known = latest
        for commit in commits:
            if commit["revision"] == known.tail.revision + 1:
                known = self._add(known, commit)
        self._keep(known)
        return known

    def _add(self, known: Stream, commit: Document) -> Stream:
        self._learned(commit)
        return known.after(commit, self._catalogue)

    def _keep(self, stream: Stream) -> None:
        if not stream.exists:
            return
        self._cache[stream.name] = stream
        self._cache.move_to_end(stream.name)
        while len(self._cache) > CACHED_STREAMS:
            self._cache.popitem(last=False)

    async def append(self, known: Stream, commit: Document) -> None:
        """Add one commit to the stream it was decided on. Raises Collided, Unavailable.

        What is added at the same moment goes in one call.
        """
        collision = await self._appending.add((known, commit))
        if collision is not None:
            raise Collided(collision)

    async def append_many(self, additions: Sequence[Addition]) -> Mapping[int, Collision]:
        """Add commits to different streams in one call; the positions that were refused, and why."""
        if not additions:
            return {}
        try:
            collisions = await self._inserted([commit for _, commit in additions])
        except Unavailable:
            self._doubted()
            raise
        for position, (known, commit) in enumerate(additions):
            if position not in collisions:
                self._learn(known, [commit])
        return collisions

    async def _inserted(self, commits: list[Document]) -> Mapping[int, Collision]:
        if len(commits) > 1:
            return await self._store.insert_many(JOURNAL, commits)
        try:
            await self._store.insert(JOURNAL, commits[0])
        except Collided as met:
            return {0: met.collision}
        return {}

    async def commit_of(self, stream: Stream, cause: str) -> Document | None:
        """The commit that this cause made in the stream, if there is one."""
        revision = stream.causes.get(cause)
        if revision is not None:
            (id_,) = commit_ids(stream.name, revision, 1)
            return (await self._store.get(JOURNAL, [id_])).get(id_)
        if stream.complete:
            return None
        found = await self._store.find(JOURNAL, {"stream": stream.name, "cause": cause}, limit=1)
        return found[0] if found else None

    async def history(
        self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str, after: int = 0, most: int | None = None
    ) -> list[Document]:
        """The commits of the stream after a revision, oldest first; at most so many."""
        return await self._ahead(aggregate.stream(thing_id), after, most)

    async def as_of(self, stream: Stream, revision: int) -> Stream:
        """The stream as it was with this revision."""
        if revision == stream.tail.revision:
            return stream
        past = Stream.unheard(stream.aggregate, stream.thing_id)
        for commit in await self._ahead(stream.name, 0, revision):
            past = past.after(commit, self._catalogue)
        return past

    async def published(self, name: str, revision: int) -> None:
        """Note that this commit is on the topic, and keep a snapshot now and then.

        Never one ahead of a commit that may not be on the topic yet: who reads on from a snapshot looks at nothing
        before it.
        """
        known = self._cache.get(name)
        if known is None or known.published_up_to + 1 != revision:
            return
        self._cache[name] = known = dataclasses.replace(known, published_up_to=revision)
        if revision == known.tail.revision and revision - known.snapshot_at >= SNAPSHOT_EVERY:
            self._cache[name] = dataclasses.replace(known, snapshot_at=revision)
            await self._store.write(SNAPSHOTS, [Put(known.snapshot())])


def _unbroken(ids: Sequence[str], found: Mapping[str, Document]) -> list[Document]:
    run: list[Document] = []
    for id_ in ids:
        if id_ not in found:
            break
        run.append(found[id_])
    return run
