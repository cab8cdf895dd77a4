"""Opens a whole platform for trying out in one folder: a stack, the four services, an issuer and a mail sink."""

import json
import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Literal

from deploy.local.addresses import choose_port
from deploy.local.platform import PlatformPlan, RunningPlatform, start_platform
from deploy.local.problem import StackProblem
from deploy.local.process import start_stack
from deploy.services import NAMES

StackKind = Literal["embedded", "external"]
PORTS: Final = "ports.json"
NEEDED: Final = ("SIXSTEPS_KAFKA", "SIXSTEPS_MONGO")


@dataclass(frozen=True)
class Wanted:
    """What to open. `apart`: use names of one's own for topics and databases, for a stack that others use as well.

    `lasting`: it will be at work for minutes.
    """

    folder: Path
    stack: StackKind = "embedded"
    apart: bool = False
    clock_file: Path | None = None
    more: Mapping[str, str] | None = None
    lasting: bool = False


def what_starts(stack: StackKind) -> str:
    """What is started here, for who waits; an external stack is somebody else's and runs already."""
    return f"Starting {'broker, database and ' if stack == 'embedded' else ''}four services …"


@contextmanager
def opened(wanted: Wanted) -> Iterator[RunningPlatform]:
    """The platform, ready to be asked; everything is stopped in order at the end. Raises StackProblem."""
    with stopping_in_order(), _stack(wanted) as (kafka, mongo):
        platform = start_platform(_plan(wanted, kafka, mongo))
        try:
            yield platform
        finally:
            platform.stop()


@contextmanager
def _stack(wanted: Wanted) -> Iterator[tuple[str, str]]:
    if wanted.stack == "external":
        yield _external()
        return
    running = start_stack(wanted.folder / "stack", lasting=wanted.lasting)
    try:
        yield running.kafka or "", running.mongo or ""
    finally:
        running.stop()


def _external() -> tuple[str, str]:
    kafka, mongo = (os.environ.get(name, "") for name in NEEDED)
    if not (kafka and mongo):
        raise StackProblem(f"--stack external needs the addresses in {' and '.join(NEEDED)}.")
    return kafka, mongo


def _plan(wanted: Wanted, kafka: str, mongo: str) -> PlatformPlan:
    mark = f"demo{secrets.token_hex(4)}" if wanted.apart else ""
    return PlatformPlan(
        folder=wanted.folder,
        kafka=kafka,
        mongo=mongo,
        prefix=f"{mark}-" if mark else "",
        database_prefix=f"{mark}_" if mark else "sixsteps_",
        clock_file=wanted.clock_file,
        ports=_ports(wanted.folder),
        more=wanted.more or {},
    )


def _ports(folder: Path) -> Mapping[str, int]:
    """The ports of the services: those of the last time, else free ones. Raises StackProblem when one is taken."""
    kept = folder / PORTS
    known = json.loads(kept.read_text()) if kept.exists() else {}
    ports: dict[str, int] = {}
    for name in NAMES:
        ports[name] = choose_port(None, known.get(name))
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(ports))
    return ports


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Let a request to end be heard like Ctrl-C, so that nothing is left running."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what it leaves in the background
            signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), signal.SIGINT)

    before = {number: signal.signal(number, heard) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
