"""Makes a topic anew from the journal: sends what the topic lacks, each stream in order, many streams side by side.

Safe beside live services. Of each stream it sends from the first number that is missing, to the end: what comes
twice is known as a repeat. Contact cards go through their own relay, which says the last value of each once more.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.cards.owner import CARDS
from shared.chassis.commits import JOURNAL, public_events
from shared.chassis.declarations.service import Service
from shared.chassis.operating import acting
from shared.chassis.ports import Change, Document, Message
from shared.chassis.wire import record, sequence_of, subject_of, topic_of

STREAMS_AT_ONCE = 200
PAGE = 2_000
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Republished:
    """How many streams and events the journal has, how many were sent, and how many contact cards."""

    streams: int
    events: int
    sent: int
    cards: int


async def republished(
    name: str,
    settings: Mapping[str, str],
    *,
    everything: bool = False,
    tell: Tell = lambda _: None,
    find: Callable[[str], Service] = manifest,
) -> Republished:
    """Send what the topic lacks, or everything. Raises Unavailable, Rejected; then run it again."""
    async with acting(find(name), settings) as at:
        topic = topic_of(at.around.prefix, name)
        there = {} if everything else await _reaches(at, topic)
        work = _Work(at, topic, there, tell)
        await work.all_streams()
        return Republished(work.streams, work.events, work.sent, await _cards(at))


async def _reaches(at: Assembled, topic: str) -> Mapping[str, int]:
    """By stream, up to which number the topic has it without a gap."""
    found: dict[str, set[int]] = defaultdict(set)
    async for message in at.around.broker.read_all(topic):
        _note(found, message)
    return {stream: _unbroken(numbers) for stream, numbers in found.items()}


def _note(found: dict[str, set[int]], message: Message) -> None:
    stream, sequence = subject_of(message), sequence_of(message)
    if stream is not None and sequence is not None:
        found[stream].add(sequence)


def _unbroken(numbers: set[int]) -> int:
    reach = 0
    while reach + 1 in numbers:
        reach += 1
    return reach


class _Work:
    def __init__(self, at: Assembled, topic: str, there: Mapping[str, int], tell: Tell) -> None:
        self._at = at
        self._topic = topic
        self._there = there
        self._tell = tell
        self._source = f"/sixsteps/{at.around.deployment}/{at.service.name}"
        self.streams = self.events = self.sent = 0

    async def all_streams(self) -> None:
        """Stream by stream as the journal has them; a stream is in memory as a whole, the journal is not."""
        last = ""
        while True:
            where = {"revision": 1, "stream": {"$gt": last}}
            page = await self._at.around.store.find(JOURNAL, where, order=[("stream", 1)], limit=STREAMS_AT_ONCE)
            if not page:
                return
            await asyncio.gather(*(self._stream(commit["stream"]) for commit in page))
            last = page[-1]["stream"]
            self._tell(self.sent)

    async def _stream(self, stream: str) -> None:
        commits = await self._at.around.store.find(JOURNAL, {"stream": stream}, order=[("revision", 1)])
        self.streams += 1
        for commit in commits:
            await self._commit(commit)

    async def _commit(self, commit: Document) -> None:
        for event in public_events(commit):
            self.events += 1
            if event["sequence"] <= self._there.get(commit["stream"], 0):
                continue
            made = record(commit, event, self._source)
            await self._at.around.broker.send(self._topic, made.key, made.value, made.headers)
            self.sent += 1


async def _cards(at: Assembled) -> int:
    """Let the card relay say every last value once more; how many there are."""
    if at.card_relay is None:
        return 0
    cards: Sequence[Document] = await at.around.store.find(CARDS, {})
    for start in range(0, len(cards), PAGE):
        await at.around.store.write(
            CARDS, [Change(card["_id"], {"waiting": True}) for card in cards[start : start + PAGE]]
        )
    await at.card_relay.sweep()
    return len(cards)
