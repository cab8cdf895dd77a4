"""The topic of a card book: its name, its settings, and the group that reads it."""

from collections.abc import Mapping

from shared.chassis.declarations.cards import CardBook

_DAY_MS = str(24 * 60 * 60 * 1000)

CARD_TOPIC_SETTINGS: Mapping[str, str] = {
    "cleanup.policy": "compact",
    "max.compaction.lag.ms": _DAY_MS,
    "delete.retention.ms": _DAY_MS,
}
"""Last value wins. What was erased or replaced is off the disk about a day later, its tombstone a day after that."""


def card_topic(book: CardBook, prefix: str = "") -> str:
    """The compacted topic that carries the cards."""
    return f"{prefix}{book.owner}-{book.path}"


def card_group(service: str, prefix: str = "") -> str:
    """The consumer group by which a service keeps its copies."""
    return f"{prefix}{service}-cards"
