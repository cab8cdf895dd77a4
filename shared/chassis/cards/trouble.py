"""What is said and counted when a card cannot be read or sent. Never a byte of the card itself."""

from collections.abc import Callable, Mapping

import structlog

CountTrouble = Callable[[str, int], None]
"""Gets the reason, and how many cards it concerns."""


def uncounted(reason: str, cards: int) -> None:
    """Count nothing: where nobody measures."""


def unreadable(count: CountTrouble, service: str, reason: str, **where: str | int) -> None:
    """Say and count that a card cannot be read, and where it lies."""
    count(reason, 1)
    structlog.get_logger().warning("card_unreadable", service=service, reason=reason, **where)


def unsent(count: CountTrouble, topic: str, failures: Mapping[str, int]) -> None:
    """Say and count how many cards stay behind until the next sweep, by why; silent when there are none."""
    for reason, cards in failures.items():
        count(reason, cards)
        structlog.get_logger().warning("cards_unsent", topic=topic, reason=reason, cards=cards)
