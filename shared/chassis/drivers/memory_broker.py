"""The broker port in memory: topics with partitions, groups with offsets; a batch that failed comes again.

So does what was taken and is not done with, when partitions change hands.
"""

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.chassis.ports import Headers, Message, OnBatch, Rejected, Settle, Unavailable

Part = tuple[str, int]

_BATCH = 500

_log = structlog.get_logger(__name__)


class MemoryCluster:
    """What lies on the topics and how far each group is. Brokers that share a cluster see the same."""

    def __init__(self, partitions: int = 12) -> None:
        self.away = False
        self.logs: dict[Part, list[Message]] = {}
        self.done: dict[tuple[str, Part], int] = {}
        self.members: dict[str, list[object]] = {}
        self.assigned: Counter[str] = Counter()
        self._partitions = partitions
        self._news = asyncio.Event()

    def create(self, *topics: str) -> None:
        """Make topics; making one again changes nothing."""
        for topic in topics:
            for number in range(self._partitions):
                self.logs.setdefault((topic, number), [])

    def parts(self, topics: Iterable[str]) -> list[Part]:
        """The partitions of these topics, in order."""
        wanted = set(topics)
        return sorted(part for part in self.logs if part[0] in wanted)

    def append(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Put a record at the end of its key's partition. Raises Unavailable, Rejected."""
        self.reach()
        if (topic, 0) not in self.logs:
            raise Rejected(f"there is no topic {topic}")
        part = (topic, zlib.crc32(key) % self._partitions)
        log = self.logs[part]
        log.append(Message(*part, len(log), key, value, tuple(headers)))
        self.stir()

    def reach(self) -> None:
        """Raise Unavailable while the cluster is set to be away."""
        if self.away:
            raise Unavailable("the cluster is away")

    def reassign(self, group: str) -> None:
        """Let every member of the group begin again where the group is."""
        self.assigned[group] += 1
        self.stir()

    def stir(self) -> None:
        """Wake whoever waits for something new."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def wait(self) -> Coroutine[Any, Any, object]:
        """Return when something is new that was not there when this was asked for."""
        return self._news.wait()


@dataclass(eq=False)
class _Reader:
    """One member of a group; an object of its own, so that members can be told apart."""

    topics: tuple[str, ...]
    group: str
    on_batch: OnBatch
    settle: Settle | None
    assigned: int = 0
    taken: dict[Part, int] = field(default_factory=dict)
    task: asyncio.Task[None] | None = field(default=None)
    running: bool = False


class MemoryBroker:
    """See `ports.Broker`. A failed batch comes again after `pause_seconds`; a stop waits for a batch `stop_seconds`.

    When nothing came for `quiet_seconds`, what was taken is settled.
    """

    def __init__(
        self,
        cluster: MemoryCluster,
        *,
        pause_seconds: float = 0.01,
        quiet_seconds: float = 0.01,
        stop_seconds: float = 10.0,
    ) -> None:
        self._cluster = cluster
        self._pause_seconds = pause_seconds
        self._quiet_seconds = quiet_seconds
        self._stop_seconds = stop_seconds
        self._readers: list[_Reader] = []
        self._started = False

    def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None = None) -> None:
        """Declare a reader before the start."""
        self._readers.append(_Reader(tuple(topics), group, on_batch, settle))

    async def start(self) -> None:
        """Start the readers. Raises Unavailable; may then be called again."""
        self._cluster.reach()
        if self._started:
            return
        self._started = True
        for reader in self._readers:
            reader.running = True
            self._cluster.members.setdefault(reader.group, []).append(reader)
            reader.task = asyncio.create_task(self._read(reader))

    async def stop_reading(self) -> None:
        """Take no more and let running batches finish; what hangs is cut off. Sending goes on."""
        for reader in self._readers:
            reader.running = False
        self._cluster.stir()
        tasks = [reader.task for reader in self._readers if reader.task is not None]
        if tasks:
            _, hanging = await asyncio.wait(tasks, timeout=self._stop_seconds)
            for task in hanging:
                task.cancel()

    async def stop(self) -> None:
        """Stop reading, and send no more."""
        await self.stop_reading()
        self._started = False

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Put the record on the topic. Raises Unavailable, Rejected."""
        await asyncio.sleep(0)
        if not self._started:
            raise Unavailable("the producer is not started")
        self._cluster.append(topic, key, value, headers)

    async def ping(self) -> None:
        """Return unless the cluster is away."""
        self._cluster.reach()

    def healthy(self) -> bool:
        """False when a reader has died."""
        return not self._started or all(reader.task is not None and not reader.task.done() for reader in self._readers)

    async def lag(self, group: str) -> int:
        """Records that the group has not done with, over the topics it was subscribed to here."""
        topics = {topic for reader in self._readers if reader.group == group for topic in reader.topics}
        parts = self._cluster.parts(topics)
        return sum(len(self._cluster.logs[part]) - self._cluster.done.get((group, part), 0) for part in parts)

    async def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> AsyncIterator[Message]:
        """Every record that lies there now, partition by partition."""
        self._cluster.reach()
        for part in self._cluster.parts([topic]):
            first = (after or {}).get(part[1], -1) + 1
            for message in self._cluster.logs[part][first:]:
                yield message

    async def _read(self, reader: _Reader) -> None:
        self._cluster.reassign(reader.group)
        try:
            while reader.running:
                batch = [] if self._cluster.away else self._batch(reader)
                if not batch:
                    await self._rest(reader)
                elif not await self._done(reader, batch):
                    await asyncio.sleep(self._pause_seconds)
            await self._settled(reader)
        finally:
            self._cluster.members[reader.group].remove(reader)
            self._cluster.reassign(reader.group)

    async def _rest(self, reader: _Reader) -> None:
        """Wait for something new; when that takes long, settle."""
        news = asyncio.ensure_future(self._cluster.wait())
        try:
            await asyncio.wait([news], timeout=self._quiet_seconds if reader.taken else None)
            if not news.done() and not await self._settled(reader):
                await asyncio.sleep(self._pause_seconds)
        finally:
            news.cancel()

    def _batch(self, reader: _Reader) -> list[Message]:
        """What this member's share of the partitions has to offer."""
        if reader.assigned != self._cluster.assigned[reader.group]:
            reader.assigned = self._cluster.assigned[reader.group]
            reader.taken.clear()
        members = self._cluster.members[reader.group]
        share = self._cluster.parts(reader.topics)[members.index(reader) :: len(members)]
        found: list[Message] = []
        for part in share:
            start = max(reader.taken.get(part, 0), self._cluster.done.get((reader.group, part), 0))
            found.extend(self._cluster.logs[part][start : start + _BATCH - len(found)])
        return found

    async def _done(self, reader: _Reader, batch: list[Message]) -> bool:
        try:
            await reader.on_batch(batch)
        except Exception as failure:  # noqa: BLE001 - whatever it was, the batch comes again: that is the promise
            _log.warning("batch_failed", group=reader.group, failure=type(failure).__name__)
            return False
        if self._still_its_own(reader):
            reader.taken |= {(message.topic, message.partition): message.offset + 1 for message in batch}
        return reader.settle is not None or await self._settled(reader)

    async def _settled(self, reader: _Reader) -> bool:
        """Move the offsets up to what was taken, if it can be settled."""
        if not reader.taken:
            return True
        try:
            self._cluster.reach()
            if reader.settle is not None:
                await reader.settle()
        except Exception as failure:  # noqa: BLE001 - likewise: the offsets stay where they are
            _log.warning("not_settled", group=reader.group, failure=type(failure).__name__)
            return False
        if self._still_its_own(reader):
            for part, offset in reader.taken.items():
                place = (reader.group, part)
                self._cluster.done[place] = max(offset, self._cluster.done.get(place, 0))
        reader.taken.clear()
        return True

    def _still_its_own(self, reader: _Reader) -> bool:
        """Whether partitions have not changed hands since its last batch was read."""
        return reader.assigned == self._cluster.assigned[reader.group]
