"""Processes that play one run each; they have imported everything before, and share nothing."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext

PRELOADED = (
    "tests.integration.matrix.in_memory",
    "tests.integration.matrix.on_the_stack",
    "tests.integration.matrix.sender",
)


def server() -> ForkServerContext:
    """Forks processes from one that has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def pool() -> ProcessPoolExecutor:
    """As many workers as half of the machine."""
    return ProcessPoolExecutor(max(2, (os.cpu_count() or 2) // 2), mp_context=server())
