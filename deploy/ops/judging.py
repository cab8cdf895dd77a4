"""Whether a reader has taken what lies on the topics: nothing skipped, nothing that is not there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.chassis.auditing import Violation


@dataclass(frozen=True)
class Reach:
    """How far a reader has come in a stream; `held_up` when later messages are parked."""

    sequence: int
    held_up: bool


@dataclass(frozen=True)
class ReaderSeen:
    """One reader, looked at `before` the topics were read and `after`; `lag` was asked for in between."""

    name: str
    before: Mapping[str, Reach]
    after: Mapping[str, Reach]
    lag: int


def judged(seen: ReaderSeen, publisher: str, ends: Mapping[str, int]) -> Iterator[Violation]:
    """What this reader did wrong on one topic, by stream. While it lags nobody can say that it skipped something."""
    yield from _ahead(seen, publisher, ends)
    if not seen.lag:
        yield from _skipped(seen, ends)


def _ahead(seen: ReaderSeen, publisher: str, ends: Mapping[str, int]) -> Iterator[Violation]:
    for stream, reach in sorted(seen.before.items()):
        end = ends.get(stream, 0)
        if stream.startswith(f"{publisher}/") and reach.sequence > end:
            detail = f"it says {reach.sequence}, the topic ends at {end}"
            yield Violation(f"{seen.name}|{stream}", "no reader ahead of the topic", detail)


def _skipped(seen: ReaderSeen, ends: Mapping[str, int]) -> Iterator[Violation]:
    for stream, end in sorted(ends.items()):
        reach = seen.after.get(stream, Reach(0, held_up=False))
        if reach.sequence < end and not reach.held_up:
            detail = f"it came to {reach.sequence} of {end}, and nothing of it is parked"
            yield Violation(f"{seen.name}|{stream}", "nothing skipped", detail)
