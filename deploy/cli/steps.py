"""Steps of a check: each one command that passes or fails, run side by side."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from deploy.cli.checkout import ROOT

NO_TESTS = 5  # how pytest says that it found none


@dataclass(frozen=True)
class Step:
    """A command whose exit code says whether the step passed."""

    name: str
    command: tuple[str, ...]
    passing: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Outcome:
    """How a step went, and what it had to say."""

    name: str
    passed: bool
    seconds: float
    output: str


def run_side_by_side(steps: Sequence[Step], tell: Callable[[Outcome], None]) -> list[Outcome]:
    """Run all steps, as many at once as there are cores; tell of each when it ends."""
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        running = [pool.submit(run, step) for step in steps]
        outcomes = []
        for ended in as_completed(running):
            outcomes.append(ended.result())
            tell(outcomes[-1])
    return outcomes


def run(step: Step) -> Outcome:
    """Run one step to its end; a tool that is not there is a failure that says so."""
    began = time.perf_counter()
    try:
        ended = subprocess.run(
            step.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return Outcome(step.name, passed=False, seconds=0.0, output=f"{step.command[0]} is not installed.")
    seconds = time.perf_counter() - began
    return Outcome(step.name, ended.returncode in step.passing, seconds, ended.stdout)
