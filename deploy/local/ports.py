"""Ports of this machine."""

import random
import socket

OURS = range(20_000, 27_000)
"""Below what systems give out by themselves: no connection of anybody's takes one between two starts of a service."""

_given: set[int] = set()
_chance = random.SystemRandom()
"""What nobody can seed: processes that start alike must not choose alike."""


def free_port() -> int:
    """A port that nobody uses now, and that was not given before: who asked for it may not listen yet.

    Raises RuntimeError when all of them are given or taken.
    """
    for port in _chance.sample(OURS, len(OURS)):
        if port not in _given and _can_be_had(port):
            _given.add(port)
            return port
    raise RuntimeError(f"no port from {OURS.start} to {OURS.stop - 1} is free")


def _can_be_had(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
