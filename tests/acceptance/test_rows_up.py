"""O13: one command on a laptop, and the whole platform is healthy and does its work."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from deploy.cli.checkout import ROOT, python_module
from deploy.demo.journey import homes, who
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import tokens_from
from deploy.local.environment import read_environments
from deploy.local.issuer import LocalIssuer
from deploy.services import NAMES
from tests.support.eventually import eventually

WITHIN_SECONDS = 120
"""The row's own number."""
STOPPED_WITHIN_SECONDS = 60
HOME = {"name": "Elm", "setting": "care-home-nursing", "regulator": "cqc", "registration_number": "1-900000007"}


@contextmanager
def brought_up(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`./sixsteps up`, with all that it starts; ended as by Ctrl-C."""
    with (folder / "said").open("wb") as said, ctrl_c_is_heard():
        command = python_module("deploy.cli", "up", "--data", str(folder / "data"))
        running = subprocess.Popen(command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, stdout=said, stderr=said)
    try:
        yield running
    finally:
        end(running)


@contextmanager
def ctrl_c_is_heard() -> Iterator[None]:
    """What starts here hears Ctrl-C also when these tests run in the background: a shell lets that ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end(running: subprocess.Popen[bytes]) -> None:
    """End it as by Ctrl-C, and wait for all that it started; what does not end is killed, and then complained of."""
    children = psutil.Process(running.pid).children(recursive=True) if running.poll() is None else []
    try:
        running.send_signal(signal.SIGINT)
        running.wait(STOPPED_WITHIN_SECONDS)
    finally:
        running.kill()
        running.wait()
        _, left = psutil.wait_procs(children, timeout=10)
        for each in left:
            each.kill()
        psutil.wait_procs(left, timeout=10)
    assert not left, "something was left running"


def addresses(folder: Path) -> dict[str, str]:
    found = read_environments(folder) or {}
    return {name: f"http://127.0.0.1:{each['SIXSTEPS_HTTP_PORT']}" for name, each in found.items()}


def healthy(folder: Path) -> Callable[[], Any]:
    async def answered() -> bool:
        async with httpx2.AsyncClient(trust_env=False) as http:
            try:
                found = [(await http.get(f"{each}/readyz")).status_code for each in addresses(folder).values()]
            except httpx2.TransportError:
                return False
        return found == [200] * len(NAMES)

    return answered


@pytest.mark.timeout(300)
async def test_O13_one_command_brings_up_a_platform_that_is_healthy_and_does_its_work(tmp_path: Path):
    folder, told = tmp_path / "data", tmp_path / "said"
    with brought_up(tmp_path) as running:
        await eventually(healthy(folder), "all four are healthy", WITHIN_SECONDS)
        await eventually(lambda: b"Ctrl-C stops everything" in told.read_bytes(), "it says what next", 30)
        async with Api(addresses(folder), tokens_from(LocalIssuer(folder))) as api:
            home = await homes.register_home(api, who.coordinator(), HOME)
            row = await api.get(who.coordinator(), "enrolment", f"care-homes/{home}")
        assert row.body["name"] == HOME["name"]
        assert running.poll() is None
    assert running.returncode == 0, told.read_text()
