"""The broker port in memory: topics with partitions, groups with offsets; a batch that failed comes again."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.chassis.ports import Headers, Message, OnBatch, Rejected, Unavailable

Part = tuple[str, int]

_BATCH = 500


class MemoryCluster:
    """What lies on the topics and how far each group is. Brokers that share a cluster see the same."""

    def __init__(self, partitions: int = 12) -> None:
        self.away = False
        self.logs: dict[Part, list[Message]] = {}
        self.done: dict[tuple[str, Part], int] = {}
        self.members: dict[str, list[object]] = {}
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

    def stir(self) -> None:
        """Wake whoever waits for something new."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def wait(self) -> None:
        """Return when something is new."""
        await self._news.wait()


@dataclass(eq=False)
class _Reader:
    """One member of a group; an object of its own, so that members can be told apart."""

    topics: tuple[str, ...]
    group: str
    on_batch: OnBatch
    task: asyncio.Task[None] | None = field(default=None)
    running: bool = False


class MemoryBroker:
    """See `ports.Broker`. A failed batch comes again after `pause_seconds`; a stop waits for a batch `stop_seconds`."""

    def __init__(self, cluster: MemoryCluster, *, pause_seconds: float = 0.01, stop_seconds: float = 10.0) -> None:
        self._cluster = cluster
        self._pause_seconds = pause_seconds
        self._stop_seconds = stop_seconds
        self._readers: list[_Reader] = []
        self._started = False

    def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch) -> None:
        """Declare a reader before the start."""
        self._readers.append(_Reader(tuple(topics), group, on_batch))

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
        try:
            while reader.running:
                batch = [] if self._cluster.away else self._batch(reader)
                if not batch:
                    await self._cluster.wait()
                elif not await self._done(reader, batch):
                    await asyncio.sleep(self._pause_seconds)
        finally:
            self._cluster.members[reader.group].remove(reader)
            self._cluster.stir()

    def _batch(self, reader: _Reader) -> list[Message]:
        """What this member's share of the partitions has to offer."""
        members = self._cluster.members[reader.group]
        share = self._cluster.parts(reader.topics)[members.index(reader) :: len(members)]
        found: list[Message] = []
        for part in share:
            start = self._cluster.done.get((reader.group, part), 0)
            found.extend(self._cluster.logs[part][start : start + _BATCH - len(found)])
        return found

    async def _done(self, reader: _Reader, batch: list[Message]) -> bool:
        try:
            await reader.on_batch(batch)
        except Exception:  # noqa: BLE001 - whatever it was, the batch comes again: that is the promise
            return False
        for message in batch:
            place = (reader.group, (message.topic, message.partition))
            self._cluster.done[place] = max(message.offset + 1, self._cluster.done.get(place, 0))
        return True
