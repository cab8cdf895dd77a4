"""What is said and counted when a card cannot be read. Never a byte of the card itself."""

from collections.abc import Mapping

import structlog
from prometheus_client import Counter

UNREADABLE = Counter("cards_unreadable_total", "Contact cards that could not be read, by why.", ["service", "reason"])
UNSENT = Counter("cards_unsent_total", "Contact cards that the broker did not take, by why.", ["topic", "reason"])


def unreadable(service: str, reason: str, **where: str | int) -> None:
    """Say and count that a card cannot be read, and where it lies."""
    UNREADABLE.labels(service, reason).inc()
    structlog.get_logger().warning("card_unreadable", service=service, reason=reason, **where)


def unsent(topic: str, failures: Mapping[str, int]) -> None:
    """Say and count how many cards stay behind until the next sweep, by why; silent when there are none."""
    for reason, cards in failures.items():
        UNSENT.labels(topic, reason).inc(cards)
        structlog.get_logger().warning("cards_unsent", topic=topic, reason=reason, cards=cards)
