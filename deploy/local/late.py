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
    where = "its Java part does not tell"
    try:
        with log.open("a") as told:
            faulthandler.dump_traceback(told, all_threads=True)
            where = _java(told) if jpype.isJVMStarted() else "not yet in Java"
    finally:  # whatever else is wrong with it
        print(f"sixsteps: The embedded stack was not ready after {seconds:g} s: {where}.", file=sys.stderr, flush=True)
        os._exit(EXIT_CODE)


def _java(told: TextIO) -> str:
    """Write what each Java thread does; return where the main one stands, from the inside out."""
    threads = jpype.java.lang.Thread.getAllStackTraces()
    for thread, frames in threads.items():
        print(thread, *(f"    {frame}" for frame in frames), sep="\n", file=told)
    main = next((frames for thread, frames in threads.items() if thread.getName() == "main"), ())
    return " < ".join(f"{frame.getClassName()}.{frame.getMethodName()}" for frame in main[:FRAMES_TOLD])
