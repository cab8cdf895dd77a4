"""Python's profiler in a service that is measured: Python takes this file in by itself where its folder is on the path.

SIGUSR1 begins; SIGUSR2 ends, and writes where BENCH_PROFILE says. It counts the processor's time of the thread that
everything runs in, so it matters little what else the machine does; what is written in C counts for its caller.
"""

import cProfile
import os
import signal
import time
from pathlib import Path


def _watched(to: Path) -> None:
    profile = cProfile.Profile(time.thread_time, builtins=False)

    def begin(*_told: object) -> None:
        profile.enable()

    def end(*_told: object) -> None:
        profile.disable()
        part = to.with_suffix(".part")
        profile.dump_stats(part)
        part.rename(to)

    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, end)


if path := os.environ.get("BENCH_PROFILE"):
    _watched(Path(path))
