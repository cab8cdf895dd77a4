"""Several pytest sessions at once: what the first says is shown as it says it, what the others say after it ends."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from deploy.cli.checkout import ROOT
from deploy.cli.steps import NO_TESTS
from deploy.local.ended import ended


def run_at_once(
    commands: Sequence[Sequence[str]], surroundings: Mapping[str, str], scratch: Path, *, aside: bool
) -> list[int]:
    """Run all commands from the root of the checkout and return their exit codes.

    `scratch` takes what the later ones say until it is their turn; `aside` lets everything go to the standard error.
    """
    out = sys.stderr if aside else sys.stdout
    sessions = [_started(command, surroundings, scratch / f"session-{n}") for n, command in enumerate(commands)]
    try:
        return [_told(process, file, out) for process, file in sessions]
    finally:
        for process, _ in sessions:
            process.terminate()
            process.wait()


def worst(codes: Sequence[int]) -> int:
    """Return the exit code that stands for all: a session without tests says nothing while another had some."""
    told = [code for code in codes if code != NO_TESTS]
    return next((code for code in told if code), 0) if told else NO_TESTS


def _started(
    command: Sequence[str], surroundings: Mapping[str, str], file: Path
) -> tuple[subprocess.Popen[bytes], Path]:
    with file.open("wb") as said:
        return subprocess.Popen(command, cwd=ROOT, env=dict(surroundings), stdout=said), file


def _told(process: subprocess.Popen[bytes], file: Path, out: IO[str]) -> int:
    """Pass on what the session has said and says, until it has ended."""
    with file.open(encoding="utf-8", errors="replace") as said:
        while True:
            code = ended(process)
            out.write(said.read())
            out.flush()
            if code is not None:
                return code
