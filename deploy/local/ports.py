"""Ports of this machine."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

OURS = range(20_000, 27_000)
"""Below what systems give out by themselves: no connection of anybody's takes one between two starts of a service."""

_not_given = iter(random.SystemRandom().sample(OURS, len(OURS)))
"""In an order that nobody can seed: processes that start alike must not choose alike."""

_claims: list[int] = []
"""Files that stay open, and locked, as long as this process lives."""


def free_port() -> int:
    """A port that nobody uses now, and that no living process was given: who asked for it may not listen yet.

    Raises RuntimeError when all of them are given or taken.
    """
    for port in _not_given:
        if _can_be_had(port) and _claimed(port):
            return port
    raise RuntimeError(f"no port from {OURS.start} to {OURS.stop - 1} is free")


def _can_be_had(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _claimed(port: int) -> bool:
    """Whether no other process of this user has it; then it is ours until this process ends, however that ends."""
    folder = Path(tempfile.gettempdir()) / f"sixsteps-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    claim = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _claims.append(claim)
    return True
