"""The relay: brings commits from the journal to the topic, each stream strictly in order, many streams side by side.

An event is sent only after the one before it in its stream is acknowledged. A commit is marked only after all its
events are acknowledged. So several relays may repeat an event, but never lose or reorder a first occurrence.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from shared.chassis.commits import JOURNAL, commit_id, public_events
from shared.chassis.ports import Change, Clock, Collided, Document, Producer, Rejected, Store, Unavailable
from shared.chassis.wire import record

BACKLOG_LIMIT = 20_000
REMEMBERED_STREAMS = 10_000
MARK_EVERY_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
SWEEP_LIMIT = 500

log = structlog.stdlib.get_logger(__name__)
Published = Callable[[str, int], Awaitable[None]]
Sent = Callable[[Document, float], None]


class Relay:
    """One process's relay for one service's journal.

    `waiting` holds, by stream, the commits to be sent in order. A stream that cannot be followed without a gap, or for
    which there is no room, is left to the sweep, which reads it from the journal.
    """

    def __init__(self, store: Store, producer: Producer, clock: Clock, topic: str, source: str) -> None:
        self._store = store
        self._producer = producer
        self._clock = clock
        self._topic = topic
        self._source = source
        self._waiting: dict[str, deque[Document]] = {}
        self._last: OrderedDict[str, int] = OrderedDict()
        self._left: set[str] = set()
        self._unmarked: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._backlog = 0
        self._doubtful = False
        self._wanted = asyncio.Event()
        self._marking = asyncio.Lock()
        self.on_published: Published | None = None
        self.on_sent: Sent | None = None
        self.failing = False
        self.published = 0

    @property
    def backlog(self) -> int:
        """Commits that wait in this process."""
        return self._backlog

    def learn(self, commit: Document) -> None:
        """Take note of a commit of the journal: stream by stream in order, never with an await in between."""
        stream, revision = commit["stream"], commit["revision"]
        waiting = self._waiting.get(stream)
        last = waiting[-1]["revision"] if waiting else self._last.get(stream)
        if stream in self._left or (last is not None and revision <= last):
            return
        if (last is not None and revision != last + 1) or self._backlog >= BACKLOG_LIMIT:
            self._leave(stream)
        elif commit["relayed"] and not waiting:
            self._remember(stream, revision)
        else:
            self._await_turn(stream, commit)

    def doubt(self) -> None:
        """Sweep soon: a commit may be in the journal of which nobody here knows."""
        self._doubtful = True
        self._wanted.set()

    def _leave(self, stream: str) -> None:
        self._left.add(stream)
        self._wanted.set()

    def _await_turn(self, stream: str, commit: Document) -> None:
        self._backlog += 1
        if stream in self._waiting:
            self._waiting[stream].append(commit)
            return
        self._waiting[stream] = deque([commit])
        task = asyncio.create_task(self._publish(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _remember(self, stream: str, revision: int) -> None:
        self._last[stream] = revision
        self._last.move_to_end(stream)
        while len(self._last) > REMEMBERED_STREAMS:
            self._last.popitem(last=False)

    async def _publish(self, stream: str) -> None:
        """Send what waits in a stream. Whatever else goes wrong, the stream is left to the sweep, never forgotten."""
        try:
            await self._publish_in_order(stream)
        except Exception as error:  # noqa: BLE001 - a stream without its task would wait until the process ends
            log.error("stream_left_to_the_sweep", stream=stream, error=type(error).__name__)  # noqa: TRY400 - it may quote
            await self._clock.sleep(LONGEST_WAIT_SECONDS)
            self._backlog -= len(self._waiting.pop(stream))
            self._leave(stream)

    async def _publish_in_order(self, stream: str) -> None:
        waiting = self._waiting[stream]
        while waiting:
            began = asyncio.get_running_loop().time()
            await self._send_commit(waiting[0])
            commit = waiting.popleft()
            self._backlog -= 1
            self.published += len(public_events(commit))
            self._remember(stream, commit["revision"])
            self._unmarked.append(commit["_id"])
            self._wanted.set()
            if self.on_sent is not None:
                self.on_sent(commit, asyncio.get_running_loop().time() - began)
            await self._tell(commit)
        del self._waiting[stream]

    async def _tell(self, commit: Document) -> None:
        if self.on_published is None:
            return
        try:
            await self.on_published(commit["stream"], commit["revision"])
        except (Unavailable, Collided):
            log.warning("snapshot_not_kept", stream=commit["stream"])

    async def _send_commit(self, commit: Document) -> None:
        for event in public_events(commit):
            sent = record(commit, event, self._source)
            tries = 0
            while not await self._sent(sent.key, sent.value, sent.headers):
                tries += 1
                await self._clock.sleep(min(0.1 * 2**tries, LONGEST_WAIT_SECONDS))

    async def _sent(self, key: bytes, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> bool:
        """False when it has to be tried again: the stream waits, for ever if need be, because order is worth more."""
        try:
            await self._producer.send(self._topic, key, value, headers)
        except Unavailable as failure:
            self._fail("event_not_sent", failure)
            return False
        except Rejected as failure:
            self._fail("event_rejected", failure)
            return False
        self.failing = False
        return True

    def _fail(self, what: str, failure: Exception) -> None:
        if not self.failing:
            log.warning(what, topic=self._topic, failure=type(failure).__name__)
        self.failing = True

    async def run(self, sweep_seconds: float) -> None:
        """Mark what is on the topic, and sweep: at the start, when asked for, and every so often."""
        await self._swept_quietly()
        next_sweep = asyncio.get_running_loop().time() + sweep_seconds
        while True:
            timeout = max(0.0, next_sweep - asyncio.get_running_loop().time())
            # Not wait_for: it forgets a cancellation that comes in the moment in which the wait ends.
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._wanted.wait()
            self._wanted.clear()
            await self._clock.sleep(MARK_EVERY_SECONDS)
            await self._marked_quietly()
            if self._left or self._doubtful or asyncio.get_running_loop().time() >= next_sweep:
                await self._swept_quietly()
                next_sweep = asyncio.get_running_loop().time() + sweep_seconds

    async def _marked_quietly(self) -> None:
        try:
            await self.mark()
        except Unavailable:
            self._wanted.set()
            await self._clock.sleep(1.0)

    async def _swept_quietly(self) -> None:
        doubtful = self._doubtful
        self._doubtful = False  # what is doubted while it sweeps wants another one
        try:
            await self.sweep()
        except Unavailable:
            self._doubtful = self._doubtful or doubtful
            log.warning("sweep_postponed", topic=self._topic)

    async def mark(self) -> None:
        """Mark, in one call, the commits whose events are all acknowledged."""
        async with self._marking:
            ids, self._unmarked = self._unmarked, []
            if not ids:
                return
            try:
                await self._store.write(JOURNAL, [Change(id_, {"relayed": True}) for id_ in ids])
            except BaseException:  # also when it is cut off: whoever stops the process marks once more
                self._unmarked = ids + self._unmarked
                raise

    async def sweep(self) -> int:
        """Find what a crash, a lost acknowledgement or a lack of room left behind. Returns the streams found."""
        lowest = await self._lowest({"relayed": False})
        for stream in sorted(self._left - lowest.keys()):
            lowest |= await self._lowest({"stream": stream, "relayed": False})
        for stream in sorted(self._left - lowest.keys()):
            await self._caught_up(stream)
        for stream, revision in lowest.items():
            if stream not in self._waiting and self._backlog < BACKLOG_LIMIT:
                await self._take_up(stream, revision)
        return len(lowest)

    async def _lowest(self, where: dict[str, Any]) -> dict[str, int]:
        """By stream, the first of its commits found that is not marked."""
        lowest: dict[str, int] = {}
        for commit in await self._store.find(JOURNAL, where, limit=SWEEP_LIMIT):
            stream, revision = commit["stream"], commit["revision"]
            lowest[stream] = min(revision, lowest.get(stream, revision))
        return lowest

    async def _caught_up(self, stream: str) -> None:
        """A stream that was left and that somebody else has brought to the topic: go on from its last commit."""
        newest = await self._store.find(JOURNAL, {"stream": stream}, order=[("revision", -1)], limit=1)
        if newest and newest[0]["relayed"]:
            self._left.discard(stream)
            self._remember(stream, newest[0]["revision"])

    async def _take_up(self, stream: str, revision: int) -> None:
        """Read the stream from its first commit that is not on the topic, and let it wait its turn."""
        first = revision
        while first > 1 and not (await self._one(stream, first - 1))["relayed"]:
            first -= 1
        commits, at = [], first
        while commit := await self._maybe(stream, at):
            commits.append(commit)
            at += 1
        self._left.discard(stream)
        if stream not in self._waiting:
            self._remember(stream, max(first - 1, self._last.get(stream, 0)))
        self._mark_what_was_sent(stream, commits)
        for commit in commits:
            self.learn(commit)

    def _mark_what_was_sent(self, stream: str, commits: list[Document]) -> None:
        """Mark for whoever sent them and died, while this process went on after them: it will not send them again."""
        sent = self._last.get(stream, 0)
        left = [one["_id"] for one in commits if one["revision"] <= sent and not one["relayed"]]
        if left:
            self._unmarked += left
            self._wanted.set()

    async def _one(self, stream: str, revision: int) -> Document:
        id_ = commit_id(stream, revision)
        return (await self._store.get(JOURNAL, [id_]))[id_]

    async def _maybe(self, stream: str, revision: int) -> Document | None:
        id_ = commit_id(stream, revision)
        return (await self._store.get(JOURNAL, [id_])).get(id_)

    async def drain(self, seconds: float) -> bool:
        """Send what waits, for so long at most, and mark it in a moment more; True when nothing is left. Then stop."""
        ends = asyncio.get_running_loop().time() + seconds
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in tuple(self._tasks):
            task.cancel()
        # What is not marked is sent again by the sweep of whoever comes next.
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout_at(ends + seconds / 4):
                await self.mark()
        return not self._waiting
