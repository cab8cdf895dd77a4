"""Ports of this machine."""

import random
import socket

OURS = range(20_000, 27_000)
"""Below what systems give out by themselves: no connection of anybody's takes one between two starts of a service."""

_not_given = iter(random.SystemRandom().sample(OURS, len(OURS)))
"""In an order that nobody can seed: processes that start alike must not choose alike."""


def free_port() -> int:
    """A port that nobody uses now, and that was not given before: who asked for it may not listen yet.

    Raises RuntimeError when all of them are given or taken.
    """
    for port in _not_given:
        if _can_be_had(port):
            return port
    raise RuntimeError(f"no port from {OURS.start} to {OURS.stop - 1} is free")


def _can_be_had(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
