"""What journals, topics and readers say, stream by stream, in a file: millions of events, and little memory.

Written in any order and read by stream. Of an event only its number, its id and a digest of its data are kept.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from deploy.ops.judging import Reach
from shared.chassis.auditing import Line, decided_lines, line_of, relayed_events
from shared.chassis.ports import Document, Message
from shared.chassis.reading.item import item_of
from shared.chassis.wire import subject_of

Moment = Literal["before", "after"]
ROWS_AT_ONCE = 5_000
_TABLES = """
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
CREATE TABLE stream (service, name, relayed, PRIMARY KEY (service, name)) WITHOUT ROWID;
CREATE TABLE decided (service, name, sequence, id, digest, PRIMARY KEY (service, name, sequence)) WITHOUT ROWID;
CREATE TABLE told (
    place INTEGER PRIMARY KEY, topic, name, sequence, id, digest, partition, UNIQUE (topic, name, sequence)
);
CREATE TABLE furthest (topic, item, sequence, PRIMARY KEY (topic, item)) WITHOUT ROWID;
CREATE TABLE reach (
    service, reader, moment, item, sequence, held_up, PRIMARY KEY (service, reader, item, moment)
) WITHOUT ROWID;
"""


_REACHES = """
SELECT named.item, furthest.sequence, earlier.sequence, earlier.held_up, later.sequence, later.held_up
FROM (
    SELECT item FROM furthest WHERE topic = :topic
    UNION
    SELECT item FROM reach WHERE service = :service AND reader = :reader AND substr(item, 1, length(:start)) = :start
) AS named
LEFT JOIN furthest ON furthest.topic = :topic AND furthest.item = named.item
LEFT JOIN reach AS earlier ON earlier.service = :service AND earlier.reader = :reader
    AND earlier.item = named.item AND earlier.moment = 'before'
LEFT JOIN reach AS later ON later.service = :service AND later.reader = :reader
    AND later.item = named.item AND later.moment = 'after'
ORDER BY named.item
"""


@dataclass(frozen=True)
class Page:
    """Some streams as one reader and one topic know them: how far the reader was and is, how far the topic goes."""

    before: dict[str, Reach]
    after: dict[str, Reach]
    ends: dict[str, int]


@dataclass(frozen=True)
class Stream:
    """One stream: what its journal decided, how many of it were marked as sent, and what the topic says.

    `known` is False for a stream that the journal does not have.
    """

    name: str
    known: bool
    relayed: int
    decided: list[Line]
    lines: list[Line]


class Ledger:
    """The file, open. Use it as a context manager; it is for one look and is thrown away afterwards."""

    def __init__(self, folder: Path) -> None:
        self._file = sqlite3.connect(folder / "ledger.sqlite")

    def __enter__(self) -> Self:
        self._file.executescript(_TABLES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def decide(self, service: str, name: str, commits: list[Document]) -> None:
        """Note what the journal says of one stream."""
        self._file.execute("INSERT OR REPLACE INTO stream VALUES (?, ?, ?)", (service, name, relayed_events(commits)))
        rows = ((service, name, line.sequence, line.id, line.digest) for line in decided_lines(commits))
        self._file.executemany("INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?, ?)", rows)

    def tell(self, topic: str, prefix: str, messages: Iterable[Message]) -> int:
        """Note what lies on a topic, in order; how many records only repeat an earlier one."""
        repeats = 0
        for message in messages:
            line, item = line_of(message), item_of(message, prefix)
            row = (topic, subject_of(message) or "", line.sequence, line.id, line.digest, line.partition)
            done = self._file.execute(
                "INSERT OR IGNORE INTO told (topic, name, sequence, id, digest, partition) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            repeats += 1 - done.rowcount
            if item.stream is not None and item.sequence is not None:
                self._file.execute(
                    "INSERT INTO furthest VALUES (?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
                    (topic, item.stream, item.sequence),
                )
        return repeats

    def place(self, service: str, moment: Moment, positions: Iterable[Document]) -> None:
        """Note how far the readers of a service are."""
        rows = (
            (service, each["reader"], moment, each["stream"], each["sequence"], each["parked"] is not None)
            for each in positions
        )
        self._file.executemany("INSERT OR REPLACE INTO reach VALUES (?, ?, ?, ?, ?, ?)", rows)

    def streams(self, service: str, topic: str) -> Iterator[Stream]:
        """Every stream that the journal or the topic knows, by name."""
        names = "SELECT name FROM stream WHERE service = ? UNION SELECT name FROM told WHERE topic = ? ORDER BY name"
        with closing(self._file.execute(names, (service, topic))) as found:
            for (name,) in found:
                yield self.stream(service, topic, name)

    def stream(self, service: str, topic: str, name: str) -> Stream:
        """One stream."""
        known = self._file.execute("SELECT relayed FROM stream WHERE service = ? AND name = ?", (service, name))
        relayed = known.fetchone()
        decided = self._file.execute(
            "SELECT sequence, id, digest FROM decided WHERE service = ? AND name = ? ORDER BY sequence", (service, name)
        )
        lines = self._file.execute(
            "SELECT sequence, id, digest, partition FROM told WHERE topic = ? AND name = ? ORDER BY place",
            (topic, name),
        )
        return Stream(
            name=name,
            known=relayed is not None,
            relayed=relayed[0] if relayed else 0,
            decided=[Line(*row) for row in decided],
            lines=[Line(*row) for row in lines],
        )

    def pages(
        self, service: str, reader: str, topic: str, publisher: str, at_once: int = ROWS_AT_ONCE
    ) -> Iterator[Page]:
        """What one reader and one topic know of the publisher's streams, some streams at a time."""
        told = {"service": service, "reader": reader, "topic": topic, "start": f"{publisher}/"}
        with closing(self._file.execute(_REACHES, told)) as found:
            while rows := found.fetchmany(at_once):
                yield Page(
                    before={item: Reach(at, bool(held)) for item, _, at, held, _, _ in rows if at is not None},
                    after={item: Reach(at, bool(held)) for item, _, _, _, at, held in rows if at is not None},
                    ends={item: end for item, end, *_ in rows if end is not None},
                )
