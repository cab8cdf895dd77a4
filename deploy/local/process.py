"""The embedded stack as a child process: started, awaited, stopped, killed, started again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local import jars, late
from deploy.local.addresses import Addresses
from deploy.local.ended import ended
from deploy.local.late import READY_WITHIN_SECONDS
from deploy.local.problem import StackLate, StackProblem

ROOT = Path(__file__).resolve().parents[2]
STOPPED_WITHIN_SECONDS = 12.0
TO_SAY_WHERE_IT_STANDS_SECONDS = 5.0


@dataclass
class RunningStack:
    """A stack that answers; its addresses stay the same through `restart`."""

    data: Path
    only: str | None
    kafka: str | None
    mongo: str | None
    process: subprocess.Popen[bytes]
    kafka_settings: Path | None = None
    lasting: bool = False

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it with no goodbye and nothing flushed."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start it again on the same data and the same ports; stop or kill it first."""
        again = start_stack(self.data, only=self.only, kafka_settings=self.kafka_settings, lasting=self.lasting)
        self.kafka, self.mongo, self.process = again.kafka, again.mongo, again.process

    def _end(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_stack(  # noqa: PLR0913 - everything that may differ between two stacks
    data: Path,
    *,
    only: str | None = None,
    kafka_port: int = 0,
    mongo_port: int = 0,
    kafka_settings: Path | None = None,
    lasting: bool = False,
    ready_within: tuple[float, float] = (READY_WITHIN_SECONDS, READY_WITHIN_SECONDS),
) -> RunningStack:
    """Start a stack on a data folder and wait until it answers; it ends with this process at the latest.

    `lasting`: it will be at work for minutes, so it may take longer at first to be quicker then.
    One that is not ready in time says where it stood, and is started a second time on the same folder. `ready_within`:
    the time for the first start, and for the second.
    Refuses, in the stack's own words, one that cannot run here, and one that is late twice.
    """
    jars.classpath()  # fetched here, so that the person sees why the first start takes longer
    command = _command(data, only, kafka_port, mongo_port)
    command += ["--kafka-settings", str(kafka_settings)] if kafka_settings else []
    command += ["--lasting"] if lasting else []
    first, second = ready_within
    try:
        process, ready = _started(command, first)
    except StackLate as problem:
        print(f"sixsteps: {problem} It is started a second time.", file=sys.stderr)
        process, ready = _started(command, second)
    return RunningStack(data, only, ready.kafka, ready.mongo, process, kafka_settings, lasting)


def _started(words: Sequence[str], ready_within: float) -> tuple[subprocess.Popen[bytes], Addresses]:
    command = [*words, "--ready-within", str(ready_within)]
    with tempfile.TemporaryFile("w+b") as said, tempfile.TemporaryFile("w+b") as complained:
        process = subprocess.Popen(command, stdout=said, stderr=complained, start_new_session=True, env=_surroundings())
        try:
            return process, _await_ready(
                process, said, time.monotonic() + ready_within + TO_SAY_WHERE_IT_STANDS_SECONDS
            )
        except BaseException as problem:  # also Ctrl-C: nothing may be left running
            process.kill()
            process.wait()
            if not isinstance(problem, StackProblem):
                raise
            raise type(problem)(_told(complained) or str(problem)) from None


def _command(data: Path, only: str | None, kafka_port: int, mongo_port: int) -> list[str]:
    words = [
        sys.executable,
        "-m",
        "deploy.local.stack",
        "--data",
        str(data),
        "--with-parent",
        str(os.getpid()),
    ]
    words += ["--kafka-port", str(kafka_port), "--mongo-port", str(mongo_port)]
    return [*words, "--only", only] if only else words


def _surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _await_ready(process: subprocess.Popen[bytes], said: IO[bytes], deadline: float) -> Addresses:
    while time.monotonic() < deadline:
        if line := _whole_line(said):
            return Addresses.from_json(line)
        if (code := ended(process)) is not None:
            why = StackLate if code == late.EXIT_CODE else StackProblem
            raise why(f"The embedded stack ended with code {code} before it was ready.")
    raise StackLate("The embedded stack was not ready in time and did not say why; see servers.log in its data folder.")


def _whole_line(said: IO[bytes]) -> str | None:
    said.seek(0)
    text = said.read().decode()
    return text if text.endswith("\n") else None


def _told(complained: IO[bytes]) -> str:
    """Return the stack's last words, without the sign they carry for a terminal."""
    complained.seek(0)
    lines = complained.read().decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("sixsteps: ") if lines else ""
