"""The audit of a running platform: journals, topics and readers, against every promise of design.md section 4.

Safe beside live services, because of the order of looking: positions, journals, topics, positions again. A stream
that moved meanwhile is read once more before it is called wrong. What is found lies in a file (`ledger`), so that
millions of events need little memory: one stream at a time is held.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.local.environment import Environments
from deploy.ops.judging import ReaderSeen, judged
from deploy.ops.ledger import Ledger, Moment, Stream
from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.auditing import Audit, Violation, decided_lines, in_journal, on_the_topic, undecided
from shared.chassis.commits import JOURNAL, public_events
from shared.chassis.declarations.service import Service
from shared.chassis.operating import looking
from shared.chassis.ports import Document
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.wire import topic_of

LOOK_EVERY_SECONDS = 0.1
RECORDS_AT_ONCE = 5_000


@dataclass
class _Looked:
    """What was found of one service so far. `wrong`: by stream, what is wrong with it in the journal already."""

    at: Assembled
    streams: int = 0
    commits: int = 0
    events: int = 0
    waiting: int = 0
    wrong: dict[str, Violation] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.at.service.name

    @property
    def topic(self) -> str:
        return topic_of(self.at.around.prefix, self.name)


@dataclass
class _Seen:
    """What lies on a topic: how many records, and how many of them only repeat an earlier one."""

    messages: int = 0
    repeats: int = 0


Topics = dict[str, _Seen]


async def audited(
    environments: Environments,
    *,
    settle_seconds: float = 10.0,
    find: Callable[[str], Service] = manifest,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Audit]:
    """Audit these services, given their settings. Raises Unavailable.

    Waits first for what is on its way, so long at most. `tell` hears what is being done.
    """
    async with AsyncExitStack() as opened:
        looked = [
            _Looked(await opened.enter_async_context(looking(find(name), settings)))
            for name, settings in environments.items()
        ]
        tell("waiting for what is on its way")
        await _settled(looked, settle_seconds)
        ledger = opened.enter_context(Ledger(Path(opened.enter_context(TemporaryDirectory()))))
        for each in looked:
            tell(f"reading the journal of {each.name}")
            await _positions(each, ledger, "before")
            await _journal(each, ledger)
        topics = await _topics(looked, ledger, tell)
        tell("comparing")
        return [await _judged(each, topics, ledger) for each in looked]


async def _settled(looked: Sequence[_Looked], seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if not any([await _on_its_way(each.at) for each in looked]):
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _on_its_way(at: Assembled) -> int:
    return await at.around.store.count(JOURNAL, {"relayed": False}) or sum((await at.readers.lag()).values())


async def _positions(looked: _Looked, ledger: Ledger, moment: Moment) -> None:
    some: list[Document] = []
    async for position in looked.at.around.store.scan(POSITIONS):
        some.append(position)
        if len(some) >= RECORDS_AT_ONCE:
            ledger.place(looked.name, moment, some)
            some.clear()
    ledger.place(looked.name, moment, some)


async def _journal(looked: _Looked, ledger: Ledger) -> None:
    """Read the journal stream by stream: what is wrong within it is known at once, the rest is noted."""
    async for commits in _by_stream(looked.at.around.store.scan(JOURNAL)):
        name = commits[0]["stream"]
        wrong = in_journal(name, commits)
        if wrong is not None:
            looked.wrong[name] = wrong
        ledger.decide(looked.name, name, commits)
        looked.streams += 1
        looked.commits += len(commits)
        looked.events += sum(len(public_events(commit)) for commit in commits)
        looked.waiting += sum(not commit["relayed"] for commit in commits)


async def _by_stream(commits: AsyncIterator[Document]) -> AsyncIterator[list[Document]]:
    """The commits of one stream after another: their ids begin with its name, so they lie side by side."""
    some: list[Document] = []
    async for commit in commits:
        if some and some[0]["stream"] != commit["stream"]:
            yield _in_order(some)
            some = []
        some.append(commit)
    if some:
        yield _in_order(some)


def _in_order(commits: list[Document]) -> list[Document]:
    return sorted(commits, key=lambda commit: commit["revision"])


async def _topics(looked: Sequence[_Looked], ledger: Ledger, tell: Callable[[str], None]) -> Topics:
    """Every topic that one of them writes or reads."""
    found: Topics = {}
    for each in looked:
        for topic in sorted({each.topic, *each.at.readers.topics} - found.keys()):
            tell(f"reading the topic {topic}")
            seen = found[topic] = _Seen()
            async for message in each.at.around.broker.read_all(topic):
                seen.messages += 1
                seen.repeats += ledger.tell(topic, each.at.around.prefix, [message])
    return found


async def _judged(looked: _Looked, topics: Topics, ledger: Ledger) -> Audit:
    wrong = [found async for found in _stream_violations(looked, ledger)]
    lag, of_readers = await _reader_violations(looked, ledger)
    return Audit(
        service=looked.name,
        streams=looked.streams,
        commits=looked.commits,
        events=looked.events,
        messages=topics[looked.topic].messages,
        repeats=topics[looked.topic].repeats,
        waiting=looked.waiting,
        violations=[*wrong, *of_readers],
        lag=lag,
    )


async def _stream_violations(looked: _Looked, ledger: Ledger) -> AsyncIterator[Violation]:
    for stream in ledger.streams(looked.name, looked.topic):
        if _wrong(stream, looked.wrong.get(stream.name)):
            found = await _once_more(looked, stream)
            if found is not None:
                yield found


def _wrong(stream: Stream, in_its_journal: Violation | None) -> Violation | None:
    if not stream.known:
        return undecided(stream.name)
    return in_its_journal or on_the_topic(stream.name, stream.decided, stream.relayed, stream.lines)


async def _once_more(looked: _Looked, stream: Stream) -> Violation | None:
    """What looked wrong is read again: it may have moved between journal and topic.

    What was marked as sent only meanwhile need not have been on the topic when that was read.
    """
    commits = _in_order(await looked.at.around.store.find(JOURNAL, {"stream": stream.name}))
    if not commits:
        return undecided(stream.name)
    again = Stream(stream.name, True, stream.relayed, decided_lines(commits), stream.lines)
    return _wrong(again, in_journal(stream.name, commits))


async def _reader_violations(looked: _Looked, ledger: Ledger) -> tuple[int, list[Violation]]:
    readers, prefix = looked.at.readers, looked.at.around.prefix
    lags = await readers.lag()
    await _positions(looked, ledger, "after")
    wrong: list[Violation] = []
    for name in readers.names:
        for topic in readers.topics_of(name):
            publisher = topic.removeprefix(prefix).removesuffix("-events")
            for page in ledger.pages(looked.name, name, topic, publisher):
                wrong += judged(ReaderSeen(name, page.before, page.after, lags[name]), publisher, page.ends)
    return sum(lags.values()), wrong
