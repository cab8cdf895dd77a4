"""A process that ends when its parent does, however that ended: nothing is left running after a `kill -9`."""

import os
import signal
import threading
import time
from contextlib import suppress

import psutil

WATCH_SECONDS = 0.5


def lives(pid: int) -> bool:
    """Whether this process is there and has not ended."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def end_with(parent: int) -> None:
    """From now on, end this process in order as soon as the parent is gone."""
    threading.Thread(target=_watch, args=(parent,), name="with-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while lives(parent):
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
