"""Waits for a process, a little at a time: what else is waited for is looked at between two turns."""

import subprocess
from typing import Any

TURN_SECONDS = 0.05


def ended(process: subprocess.Popen[Any], seconds: float = TURN_SECONDS) -> int | None:
    """The exit code of the process when it ends within so long, else None."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
