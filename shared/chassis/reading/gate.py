"""Decides in memory what happens to each message of a batch: taken, dropped as a repeat, or parked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from shared.chassis.reading.counts import Counts
from shared.chassis.reading.failure import BEHIND, GAP, Failure
from shared.chassis.reading.item import Item
from shared.chassis.reading.positions import Standing

_log = structlog.get_logger(__name__)


@dataclass
class Gate:
    """Holds the promise: per stream 1, 2, 3 … with no gap, everything else is a repeat or waits."""

    reader: str
    standings: Mapping[str, Standing]
    counts: Counts
    failed: list[tuple[Item, Failure]] = field(default_factory=list)
    waiting: list[tuple[Item, Failure]] = field(default_factory=list)
    taken: int = 0

    def lets(self, item: Item) -> bool:
        """Whether this message is the next of its stream and may be taken now."""
        if item.stream is None or item.sequence is None:
            return True
        standing = self.standings[item.stream]
        if item.sequence <= standing.sequence:
            self.counts.add(self.reader, "repeats")
            return False
        is_next = item.sequence == standing.sequence + 1
        if standing.parked == "failed" or (standing.parked == "gap" and not is_next):
            return self._wait(standing, item, BEHIND)
        if not is_next:
            return self._gap(standing, item)
        return True

    def settle(self, item: Item, failure: Failure | None) -> None:
        """Note what came of a message that was let through."""
        if failure is not None:
            self._fail(item, failure)
            return
        self.taken += 1
        self.counts.add(self.reader, "ignored" if item.ignored else "taken")
        if item.stream is not None and item.sequence is not None:
            standing = self.standings[item.stream]
            standing.sequence, standing.touched = item.sequence, True

    def _fail(self, item: Item, failure: Failure) -> None:
        self.counts.add(self.reader, "parked")
        self.failed.append((item, failure))
        told = {"kind": failure.kind, "code": failure.code, "tries": failure.tries}
        _log.error("message_parked", **self._names(item), **told)
        if item.stream is not None:
            standing = self.standings[item.stream]
            standing.parked, standing.touched = "failed", True

    def _gap(self, standing: Standing, item: Item) -> bool:
        self.counts.add(self.reader, "gaps")
        _log.error("sequence_gap", expected=standing.sequence + 1, **self._names(item))
        standing.parked = "gap"
        return self._wait(standing, item, GAP)

    def _wait(self, standing: Standing, item: Item, why: Failure) -> bool:
        # Touched, so that whoever clears the flag at this moment loses the race and looks again.
        standing.touched = True
        self.counts.add(self.reader, "behind")
        self.waiting.append((item, why))
        return False

    def _names(self, item: Item) -> dict[str, object]:
        return {"reader": self.reader, "stream": item.stream, "sequence": item.sequence, "place": item.place}
