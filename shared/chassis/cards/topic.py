"""The topic of a card book, on which the last value wins (see `drivers.topics`), and the group that reads it."""

from shared.chassis.declarations.cards import CardBook


def card_topic(book: CardBook, prefix: str = "") -> str:
    """Return the name of the compacted topic that carries the cards."""
    return f"{prefix}{book.owner}-{book.path}"


def card_group(service: str, prefix: str = "") -> str:
    """Return the consumer group by which a service keeps its copies."""
    return f"{prefix}{service}-cards"
