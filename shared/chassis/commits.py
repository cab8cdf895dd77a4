"""A commit: the events that one command added to one stream, stored as one document."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from shared.chassis.declarations.event import Event
from shared.chassis.ids import new_id
from shared.chassis.ports import Document

JOURNAL = "journal"


def commit_id(stream: str, revision: int) -> str:
    """The `_id` of the stream's commit with this revision (1, 2, 3 …)."""
    return f"{stream}:{revision}"


def commit_ids(stream: str, first: int, count: int) -> list[str]:
    """The `_id`s of so many commits from this revision on."""
    return [commit_id(stream, revision) for revision in range(first, first + count)]


def stored_events(events: Iterable[Event], first: int) -> list[dict[str, Any]]:
    """The events as they are stored and go on the wire; public ones are numbered from `first`, private ones are not."""
    rows, sequence = [], first
    for event in events:
        number = None if event.private else sequence
        type_name, data = event.written()
        rows.append({"id": new_id(), "type": type_name, "sequence": number, "data": data})
        sequence += number is not None
    return rows


def public_events(commit: Document) -> list[dict[str, Any]]:
    """The events of a commit that readers can see."""
    return [event for event in commit["events"] if event["sequence"] is not None]


def chained(previous: str, commit: Document) -> str:
    """sha256 over the previous chain of the stream and the commit without `relayed` and `chain`."""
    content = {name: value for name, value in commit.items() if name not in ("relayed", "chain")}
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)
    return hashlib.sha256(previous.encode() + canonical).hexdigest()


class Tail:
    """Where a stream ends: revision of its last commit, sequence number of its last public event, and the chain."""

    __slots__ = ("chain", "revision", "sequence")

    def __init__(self, revision: int = 0, sequence: int = 0, chain: str = "") -> None:
        self.revision = revision
        self.sequence = sequence
        self.chain = chain

    def after(self, commit: Document) -> "Tail":
        """Where the stream ends with this commit."""
        return Tail(commit["revision"], self.sequence + len(public_events(commit)), commit["chain"])
