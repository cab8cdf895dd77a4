"""A stream as one process knows it: the state folded so far, and where the stream ends."""

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.chassis.catalogue import Catalogue
from shared.chassis.commits import Tail
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.state import State
from shared.chassis.ports import Document
from shared.chassis.requests import Stored

SNAPSHOTS = "snapshots"
REMEMBERED_CAUSES = 1_000
NEVER = datetime.fromtimestamp(0, UTC)


class UnknownEvent(Exception):
    """A stored event that this version of the service does not know: it is older than the data."""


@dataclass(frozen=True)
class Stream:
    """Immutable; `causes` maps each cause seen to its revision, `complete` says whether all of them were seen.

    `published_up_to` is the last revision of which this process knows that it and all before it are on the topic;
    `snapshot_at` is the revision of the last snapshot it knows of. All versions of one stream share the one dictionary
    of causes: it only ever grows along the stream.
    """

    aggregate: Aggregate[Any, Any, Any, Any]
    thing_id: str
    state: State
    tail: Tail = field(default_factory=Tail)
    region: str = ""
    key: str = ""
    at: datetime = NEVER
    causes: dict[str, int] = field(default_factory=dict)
    complete: bool = True
    published_up_to: int = 0
    snapshot_at: int = 0

    @classmethod
    def unheard(cls, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> "Stream":
        """The stream of a thing of which nothing has been heard yet."""
        return cls(aggregate, thing_id, aggregate.state())

    @property
    def name(self) -> str:
        """The stream's name."""
        return self.aggregate.stream(self.thing_id)

    @property
    def exists(self) -> bool:
        """Whether anything has happened in it."""
        return self.tail.revision > 0

    def after(self, commit: Document, catalogue: Catalogue) -> "Stream":
        """The stream with one more commit. Raises UnknownEvent."""
        published = commit["relayed"] and self.published_up_to == self.tail.revision
        forgetful = len(self.causes) >= REMEMBERED_CAUSES
        causes: dict[str, int] = {} if forgetful else self.causes
        causes[commit["cause"]] = commit["revision"]
        return dataclasses.replace(
            self,
            state=evolved(self.aggregate, self.state, commit, catalogue),
            tail=self.tail.after(commit),
            region=commit["region"],
            key=commit["key"],
            at=commit["at"],
            causes=causes,
            complete=self.complete and not forgetful,
            published_up_to=commit["revision"] if published else self.published_up_to,
        )

    def stored(self) -> Stored:
        """What outsiders get to know of it."""
        return Stored(self.aggregate, self.thing_id, self.region, self.key, self.state, self.tail.revision, self.at)

    def snapshot(self) -> Document:
        """A disposable document from which the stream can be read on."""
        return {
            "_id": self.name,
            "schema": schema_hash(self.aggregate.state),
            "revision": self.tail.revision,
            "sequence": self.tail.sequence,
            "chain": self.tail.chain,
            "region": self.region,
            "key": self.key,
            "at": self.at,
            "state": self.state.model_dump(mode="json"),
        }

    @classmethod
    def from_snapshot(
        cls, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str, kept: Document | None
    ) -> "Stream | None":
        """The stream as the snapshot has it; None when there is none, or when the state has another shape now."""
        if kept is None or kept["schema"] != schema_hash(aggregate.state):
            return None
        return cls(
            aggregate,
            thing_id,
            aggregate.state.model_validate(kept["state"]),
            Tail(kept["revision"], kept["sequence"], kept["chain"]),
            kept["region"],
            kept["key"],
            kept["at"],
            complete=False,
            published_up_to=kept["revision"],
            snapshot_at=kept["revision"],
        )


def evolved(aggregate: Aggregate[Any, Any, Any, Any], state: State, commit: Document, catalogue: Catalogue) -> State:
    """The state after the events of one commit."""
    for row in commit["events"]:
        event = catalogue.read(row["type"], row["data"])
        if event is None:
            raise UnknownEvent(row["type"])
        state = aggregate.evolve(state, event)
    return state


_hashes: dict[type[State], str] = {}


def schema_hash(state: type[State]) -> str:
    """Tells one shape of a state from another."""
    if state not in _hashes:
        canonical = orjson.dumps(state.model_json_schema(), option=orjson.OPT_SORT_KEYS)
        _hashes[state] = hashlib.sha256(canonical).hexdigest()
    return _hashes[state]
