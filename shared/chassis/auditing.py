"""The audit: reads a service's journal and topic, and says whether every promise of design.md section 4 holds.

Pure, and stream by stream: what a journal says of a stream, then what the topic says of it, the first violation only.
Whoever has too many streams to hold them all asks one at a time.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


@dataclass(frozen=True)
class Line:
    """One public event, as journal or topic tell it: its number, its id, a digest of its data, and where it lies."""

    sequence: int
    id: str
    digest: bytes
    partition: int = 0


def decided_lines(commits: Iterable[Document]) -> list[Line]:
    """The public events of a stream's commits, in order."""
    events = (event for commit in commits for event in public_events(commit))
    return [Line(event["sequence"], event["id"], digest_of(event["data"])) for event in events]


def relayed_events(commits: Iterable[Document]) -> int:
    """How many public events are marked as sent."""
    return sum(len(public_events(commit)) for commit in commits if commit["relayed"])


def line_of(message: Message) -> Line:
    """What a record of a topic says."""
    told = digest_of(_read(message.value))
    return Line(sequence_of(message) or 0, header(message, "id") or "", told, message.partition)


def digest_of(data: Any) -> bytes:
    """The same for the same data, whoever wrote it down."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).digest()[:16]


def audit(service: str, commits: Iterable[Document], messages: Iterable[Message]) -> Audit:
    """Audit one service. Commits and messages may come in any order across streams; messages in offset order."""
    streams = _by_stream(commits)
    on_topic, repeats = _first_occurrences(messages)
    violations = [found for name in sorted(streams) if (found := _first(name, streams[name], on_topic.get(name, [])))]
    violations += [undecided(name) for name in sorted(on_topic.keys() - streams.keys())]
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


def _first(name: str, commits: Sequence[Document], lines: Sequence[Line]) -> Violation | None:
    wrong = in_journal(name, commits)
    return wrong or on_the_topic(name, decided_lines(commits), relayed_events(commits), lines)


def _by_stream(commits: Iterable[Document]) -> dict[str, list[Document]]:
    streams: dict[str, list[Document]] = defaultdict(list)
    for commit in commits:
        streams[commit["stream"]].append(commit)
    for stream in streams.values():
        stream.sort(key=lambda commit: commit["revision"])
    return streams


def _first_occurrences(messages: Iterable[Message]) -> tuple[dict[str, list[Line]], int]:
    """By stream the messages that came first with their sequence number, in order; and how many only repeated one."""
    found: dict[str, list[Line]] = defaultdict(list)
    seen: set[tuple[str, int]] = set()
    repeats = 0
    for message in messages:
        stream, line = subject_of(message) or "", line_of(message)
        if (stream, line.sequence) in seen:
            repeats += 1
        else:
            seen.add((stream, line.sequence))
            found[stream].append(line)
    return found, repeats


def undecided(name: str) -> Violation:
    """A stream of which the topic knows, and the journal does not."""
    return Violation(name, "decided", "it is on the topic and not in the journal")


def in_journal(name: str, commits: Sequence[Document]) -> Violation | None:
    """What is wrong first with the commits of a stream, given in the order of their revisions."""
    return next(_journal_violations(name, commits), None)


def on_the_topic(name: str, decided: Sequence[Line], relayed: int, lines: Sequence[Line]) -> Violation | None:
    """What is wrong first with what the topic says of a stream.

    `decided` is what its journal says, of which so many are marked as sent; `lines` are first occurrences, in order.
    """
    return next(_topic_violations(name, decided, relayed, lines), None)


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


def _topic_violations(name: str, decided: Sequence[Line], relayed: int, lines: Sequence[Line]) -> Iterator[Violation]:
    for position, line in enumerate(lines):
        if line.sequence != position + 1:
            yield Violation(name, "nothing reordered", f"sequence {line.sequence} came as number {position + 1}")
        elif position >= len(decided) or not _same(decided[position], line):
            yield Violation(name, "nothing invented", f"sequence {position + 1} is not what the journal says")
    if len(lines) < relayed:
        yield Violation(name, "nothing lost on the way", f"{relayed} events marked as sent, {len(lines)} are there")
    if len({line.partition for line in lines}) > 1:
        yield Violation(name, "one partition", "its events lie in several")


def _same(decided: Line, line: Line) -> bool:
    return (decided.id, decided.digest) == (line.id, line.digest)


def _read(value: bytes | None) -> Any:
    try:
        return orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
