"""The demonstration from end to end, as a newcomer starts it; and that its checks are no decoration."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.cli.checkout import ROOT, python_module
from tests.support.eventually import eventually
from tests.support.stack import Stack

WITHIN_SECONDS = 240.0

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Ended:
    """A demonstration that is over: its exit code, the result it printed, its complaints, its e-mails."""

    code: int
    result: dict[str, Any]
    complained: str
    mails: Sequence[Path]

    @property
    def failed(self) -> list[str]:
        """The checks that did not hold."""
        return [check["name"] for check in self.result["checks"] if not check["passed"]]


class Demo:
    """A demonstration as a process, on the session's stack."""

    def __init__(self, stack: Stack, folder: Path, *words: str) -> None:
        self._folder = folder
        command = python_module("deploy.cli", "demo", "--fast", "--json", "--stack", "external", "--data", str(folder))
        self._process = subprocess.Popen(
            [*command, *words],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "SIXSTEPS_KAFKA": stack.kafka, "SIXSTEPS_MONGO": stack.mongo},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    async def ended(self) -> Ended:
        """Wait for its end."""
        said, complained = await asyncio.to_thread(self._process.communicate, timeout=WITHIN_SECONDS)
        return Ended(self._process.returncode, json.loads(said or "{}"), complained, self._mails())

    async def post_twice(self) -> None:
        """Let its first e-mail lie there twice, once it is there as a whole: the next one has come."""
        found: list[Path] = await eventually(self._two_mails, "somebody is written to", WITHIN_SECONDS, every=0.1)
        shutil.copy(found[0], self._folder / "mail" / "planted.eml")

    def _two_mails(self) -> list[Path] | None:
        assert self._process.poll() is None, "the demonstration ended before anybody was written to"
        found = self._mails()
        return found if len(found) > 1 else None

    def _mails(self) -> list[Path]:
        return sorted((self._folder / "mail").glob("*.eml"))

    def end(self) -> None:
        """Let nothing be left running."""
        if self._process.poll() is None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.terminate()
            psutil.wait_procs(children, timeout=30)
            self._process.wait(30)


@pytest.fixture(scope="module")
async def played(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Ended, Ended]]:
    """Give two that were played side by side, mostly waiting: one as it is, one whose first e-mail came twice."""
    folder = tmp_path_factory.mktemp("demos")
    demos = [Demo(stack, folder / homes, "--homes", homes) for homes in ("2", "1")]
    try:
        await demos[1].post_twice()
        sound, spoiled = await asyncio.gather(*(demo.ended() for demo in demos))
        yield sound, spoiled
    finally:
        for demo in demos:
            await asyncio.to_thread(demo.end)


def test_two_homes_go_through_nine_months_and_every_check_passes(played: tuple[Ended, Ended]):
    sound, _ = played
    assert (sound.code, sound.failed) == (0, []), sound.complained
    found = {check["name"]: check["found"] for check in sound.result["checks"]}
    assert found["homes accredited"] == 2
    assert found["champion awards"] == 3  # who took over was not at the first workshops
    assert found["e-mails in the sink"] == len(sound.mails)


def test_an_e_mail_that_came_twice_makes_the_demonstration_fail(played: tuple[Ended, Ended]):
    _, spoiled = played
    assert spoiled.code == 1
    assert spoiled.failed == ["e-mails in the sink", "e-mails twice for one event, recipient and template"]


async def test_a_directory_that_is_none_is_wrong_usage(stack: Stack, tmp_path: Path):
    file = tmp_path / "homes.csv"
    file.write_text("a,b\n1,2\n")
    demo = Demo(stack, tmp_path / "demo", "--homes-file", str(file))
    try:
        ended = await demo.ended()
    finally:
        demo.end()
    assert ended.code == 2
    assert "no care directory" in " ".join(ended.complained.split())
