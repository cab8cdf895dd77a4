"""The audit of a running platform: journals, topics and readers, against every promise of design.md section 4.

Safe beside live services, because of the order of looking: positions, journals, topics, positions again. A stream
that moved meanwhile is read once more before it is called wrong. Journals and topics are held in memory as a whole.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from deploy.local.environment import Environments
from deploy.ops.judging import ReaderSeen, highest, judged, reaches
from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.auditing import Audit, Violation, audit
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.service import Service
from shared.chassis.operating import looking
from shared.chassis.ports import Document, Message
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.wire import topic_of

LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class _Topic:
    """What lies on a topic; `ends`: by stream, the highest number there."""

    messages: Sequence[Message]
    ends: Mapping[str, int]


Topics = dict[str, _Topic]


@dataclass
class _Looked:
    """What was found of one service so far."""

    at: Assembled
    positions: list[Document] = field(default_factory=list)
    commits: list[Document] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.at.service.name

    @property
    def topic(self) -> str:
        return topic_of(self.at.around.prefix, self.name)


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
        for each in looked:
            tell(f"reading the journal of {each.name}")
            each.positions = await each.at.around.store.find(POSITIONS, {})
            each.commits = await each.at.around.store.find(JOURNAL, {})
        topics = await _topics(looked, tell)
        tell("comparing")
        return [await _judged(each, topics) for each in looked]


async def _settled(looked: Sequence[_Looked], seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if not any([await _on_its_way(each.at) for each in looked]):
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _on_its_way(at: Assembled) -> int:
    return await at.around.store.count(JOURNAL, {"relayed": False}) or sum((await at.readers.lag()).values())


async def _topics(looked: Sequence[_Looked], tell: Callable[[str], None]) -> Topics:
    """Every topic that one of them writes or reads."""
    found: Topics = {}
    for each in looked:
        for topic in sorted({each.topic, *each.at.readers.topics} - found.keys()):
            tell(f"reading the topic {topic}")
            messages = [message async for message in each.at.around.broker.read_all(topic)]
            found[topic] = _Topic(messages, highest(messages, each.at.around.prefix))
    return found


async def _judged(looked: _Looked, topics: Topics) -> Audit:
    found = audit(looked.name, looked.commits, topics[looked.topic].messages)
    if not found.clean:
        found = audit(looked.name, await _once_more(looked, found), topics[looked.topic].messages)
    lag, wrong = await _reader_violations(looked, topics)
    return replace(found, lag=lag, violations=[*found.violations, *wrong])


async def _once_more(looked: _Looked, found: Audit) -> list[Document]:
    """The journal with what looked wrong read again: it may have moved between journal and topic.

    What was marked as sent only meanwhile need not have been on the topic when that was read.
    """
    suspects = {violation.stream for violation in found.violations}
    sent = {commit["_id"] for commit in looked.commits if commit["relayed"]}
    commits = [commit for commit in looked.commits if commit["stream"] not in suspects]
    for stream in sorted(suspects):
        again = await looked.at.around.store.find(JOURNAL, {"stream": stream})
        commits += [{**commit, "relayed": commit["_id"] in sent} for commit in again]
    return commits


async def _reader_violations(looked: _Looked, topics: Topics) -> tuple[int, list[Violation]]:
    readers, prefix = looked.at.readers, looked.at.around.prefix
    lags = await readers.lag()
    after = await looked.at.around.store.find(POSITIONS, {})
    wrong: list[Violation] = []
    for name in readers.names:
        seen = ReaderSeen(name, reaches(looked.positions, name), reaches(after, name), lags[name])
        for topic in readers.topics_of(name):
            publisher = topic.removeprefix(prefix).removesuffix("-events")
            wrong += judged(seen, publisher, topics[topic].ends)
    return sum(lags.values()), wrong
