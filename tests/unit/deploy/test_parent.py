"""A process that is told to end with its parent does so, however the parent ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.parent import lives
from tests.support.eventually import eventually

ROOT = Path(__file__).resolve().parents[3]
CHILD = "import signal, sys; from deploy.local.parent import end_with; end_with(int(sys.argv[1])); signal.pause()"
PARENT = (
    "import os, subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', sys.argv[1], str(os.getpid())], start_new_session=True);"
    "print(child.pid, flush=True); child.wait()"
)


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


async def test_who_loses_its_parent_by_kill_9_ends(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        assert lives(child)
        parent.kill()
        await eventually(lambda: not lives(child), "the child has ended", 15)
    finally:
        if psutil.pid_exists(child):
            os.kill(child, signal.SIGKILL)
