"""The audit: reads a service's journal and topic, and says whether every promise of design.md section 4 holds.

Pure: given the commits and the messages, it yields what is wrong, the first violation of each stream only.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.chassis.commits import Tail, chained, public_events
from shared.chassis.ports import Document, Message
from shared.chassis.wire import header, sequence_of, subject_of


@dataclass(frozen=True)
class Violation:
    """A promise that does not hold, where, and in which way."""

    stream: str
    promise: str
    detail: str


@dataclass(frozen=True)
class Audit:
    """What was looked at, and what was found.

    `waiting`: commits that are not on the topic yet. `lag`: messages that the service's readers have not done with;
    while there are any, nobody can say whether the readers skip something.
    """

    service: str
    streams: int
    commits: int
    events: int
    messages: int
    repeats: int
    waiting: int
    violations: Sequence[Violation]
    lag: int = 0

    @property
    def clean(self) -> bool:
        """Whether every promise holds."""
        return not self.violations


def audit(service: str, commits: Iterable[Document], messages: Iterable[Message]) -> Audit:
    """Audit one service. Commits and messages may come in any order across streams; messages in offset order."""
    streams = _by_stream(commits)
    on_topic, repeats = _first_occurrences(messages)
    violations = [v for name in sorted(streams) if (v := next(_in_stream(name, streams[name], on_topic), None))]
    strangers = sorted(on_topic.keys() - streams.keys())
    violations += [Violation(name, "decided", "it is on the topic and not in the journal") for name in strangers]
    return Audit(
        service=service,
        streams=len(streams),
        commits=sum(map(len, streams.values())),
        events=sum(len(public_events(commit)) for stream in streams.values() for commit in stream),
        messages=sum(map(len, on_topic.values())) + repeats,
        repeats=repeats,
        waiting=sum(not commit["relayed"] for stream in streams.values() for commit in stream),
        violations=violations,
    )


def _by_stream(commits: Iterable[Document]) -> dict[str, list[Document]]:
    streams: dict[str, list[Document]] = defaultdict(list)
    for commit in commits:
        streams[commit["stream"]].append(commit)
    for stream in streams.values():
        stream.sort(key=lambda commit: commit["revision"])
    return streams


def _first_occurrences(messages: Iterable[Message]) -> tuple[dict[str, list[Message]], int]:
    """By stream the messages that came first with their sequence number, in order; and how many only repeated one."""
    found: dict[str, list[Message]] = defaultdict(list)
    seen: set[tuple[str, int]] = set()
    repeats = 0
    for message in messages:
        stream, sequence = subject_of(message) or "", sequence_of(message) or 0
        if (stream, sequence) in seen:
            repeats += 1
        else:
            seen.add((stream, sequence))
            found[stream].append(message)
    return found, repeats


def _in_stream(name: str, commits: Sequence[Document], on_topic: Mapping[str, list[Message]]) -> Iterator[Violation]:
    yield from _journal_violations(name, commits)
    yield from _topic_violations(name, commits, on_topic.get(name, []))


def _journal_violations(name: str, commits: Sequence[Document]) -> Iterator[Violation]:
    tail, causes = Tail(), set()
    for commit in commits:
        where = f"commit {commit['revision']}"
        if commit["_id"] != f"{name}:{tail.revision + 1}" or commit["revision"] != tail.revision + 1:
            yield Violation(name, "nothing lost", f"{where} follows commit {tail.revision}")
        if [event["sequence"] for event in public_events(commit)] != _numbers_after(tail, commit):
            yield Violation(name, "numbered without a gap", where)
        if commit["cause"] in causes:
            yield Violation(name, "nothing doubled", f"{where} has the cause of an earlier one")
        if (commit["region"], commit["key"]) != (commits[0]["region"], commits[0]["key"]):
            yield Violation(name, "one region, one key", where)
        if commit["chain"] != chained(tail.chain, commit):
            yield Violation(name, "not tampered with", where)
        causes.add(commit["cause"])
        tail = tail.after(commit)


def _numbers_after(tail: Tail, commit: Document) -> list[int]:
    count = len(public_events(commit))
    return list(range(tail.sequence + 1, tail.sequence + 1 + count))


def _topic_violations(name: str, commits: Sequence[Document], messages: Sequence[Message]) -> Iterator[Violation]:
    decided = [event for commit in commits for event in public_events(commit)]
    relayed = sum(len(public_events(commit)) for commit in commits if commit["relayed"])
    for position, message in enumerate(messages):
        if sequence_of(message) != position + 1:
            yield Violation(name, "nothing reordered", f"sequence {sequence_of(message)} came as number {position + 1}")
        elif position >= len(decided) or not _same(decided[position], message):
            yield Violation(name, "nothing invented", f"sequence {position + 1} is not what the journal says")
    if len(messages) < relayed:
        yield Violation(name, "nothing lost on the way", f"{relayed} events marked as sent, {len(messages)} are there")
    if len({message.partition for message in messages}) > 1:
        yield Violation(name, "one partition", "its events lie in several")


def _same(event: Mapping[str, Any], message: Message) -> bool:
    return bool(header(message, "id") == event["id"] and _read(message.value) == event["data"])


def _read(value: bytes | None) -> Any:
    try:
        return orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
