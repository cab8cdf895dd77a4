"""What is said and counted when a card cannot be read. Never a byte of the card itself."""

import structlog
from prometheus_client import Counter

UNREADABLE = Counter("cards_unreadable_total", "Contact cards that could not be read, by why.", ["service", "reason"])
UNSENT = Counter("cards_unsent_total", "Contact cards that the broker did not take, by why.", ["topic", "reason"])


def unreadable(service: str, reason: str, **where: str | int) -> None:
    """Say and count that a card cannot be read, and where it lies."""
    UNREADABLE.labels(service, reason).inc()
    structlog.get_logger().warning("card_unreadable", service=service, reason=reason, **where)


def unsent(topic: str, reason: str, person_id: str) -> None:
    """Say and count that a card stays behind until the next sweep."""
    UNSENT.labels(topic, reason).inc()
    structlog.get_logger().warning("card_unsent", topic=topic, reason=reason, person_id=person_id)
