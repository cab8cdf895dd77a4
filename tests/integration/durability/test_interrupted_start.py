"""A stack whose start is interrupted leaves no process behind, and no claim on its folder."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.folder import claimed
from deploy.local.process import start_stack

SOON_SECONDS = 0.3


@pytest.fixture
def interrupted_soon() -> Iterator[None]:
    """Ctrl-C while the stack is starting."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(SOON_SECONDS, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    yield
    timer.cancel()
    signal.signal(signal.SIGINT, before)


def test_a_start_that_is_interrupted_leaves_nothing_running(interrupted_soon: None, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        start_stack(tmp_path)
    children = psutil.Process().children()
    assert not [child for child in children if str(tmp_path) in child.cmdline()]
    with claimed(tmp_path):
        pass
