"""A start that does not come to its end: it says where it stands and ends, so that it can be tried again."""

import faulthandler
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import jpype

READY_WITHIN_SECONDS = 45.0
"""Ten times what a start takes on a machine that has other things to do as well."""
EXIT_CODE = 4
FRAMES_TOLD = 6


@contextmanager
def ended_when_late(seconds: float, log: Path) -> Iterator[None]:
    """End this process with EXIT_CODE when what is inside takes longer; what every thread does goes to the log."""
    watch = threading.Timer(seconds, _end, (seconds, log))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _end(seconds: float, log: Path) -> None:
    with log.open("a") as told:
        faulthandler.dump_traceback(told, all_threads=True)
        where = _java(told) if jpype.isJVMStarted() else "not yet in Java"
        told.flush()
    print(f"sixsteps: The embedded stack was not ready after {seconds:g} s: {where}.", file=sys.stderr, flush=True)
    os._exit(EXIT_CODE)


def _java(told: TextIO) -> str:
    """Write what each Java thread does; return where the first of them stands, from the inside out."""
    where = "its Java part told nothing"
    for thread, frames in jpype.java.lang.Thread.getAllStackTraces().items():
        print(thread, *(f"    {frame}" for frame in frames), sep="\n", file=told)
        if thread.getName() == "main":
            where = " < ".join(f"{frame.getClassName()}.{frame.getMethodName()}" for frame in frames[:FRAMES_TOLD])
    return where
