"""The demonstration from end to end, as a newcomer starts it; and that its checks are no decoration."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.cli.checkout import ROOT, python_module
from tests.support.eventually import eventually
from tests.support.stack import Stack

WITHIN_SECONDS = 240.0

pytestmark = pytest.mark.timeout(300)


class Demo:
    """A demonstration as a process, on the session's stack."""

    def __init__(self, stack: Stack, folder: Path, *words: str) -> None:
        self.folder = folder
        command = python_module("deploy.cli", "demo", "--fast", "--json", "--stack", "external", "--data", str(folder))
        self.process = subprocess.Popen(
            [*command, *words],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "SIXSTEPS_KAFKA": stack.kafka, "SIXSTEPS_MONGO": stack.mongo},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> tuple[int, dict[str, Any], str]:
        """Its exit code, the result it printed, and its complaints."""
        said, complained = self.process.communicate(timeout=WITHIN_SECONDS)
        return self.process.returncode, json.loads(said or "{}"), complained

    async def first_mail(self) -> Path:
        """The first e-mail, once it is there as a whole: the next one has come."""
        found: list[Path] = await eventually(self._mails, "somebody is written to", WITHIN_SECONDS, every=0.1)
        return found[0]

    def _mails(self) -> list[Path] | None:
        assert self.process.poll() is None, "the demonstration ended before anybody was written to"
        found = sorted((self.folder / "mail").glob("*.eml"))
        return found if len(found) > 1 else None

    def end(self) -> None:
        """Let nothing be left running."""
        if self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
            psutil.wait_procs(children, timeout=30)
            self.process.wait(30)


@pytest.fixture
def demos(stack: Stack, tmp_path: Path) -> Iterator[Any]:
    started: list[Demo] = []

    def start(*words: str) -> Demo:
        started.append(Demo(stack, tmp_path / "demo", *words))
        return started[-1]

    yield start
    for demo in started:
        demo.end()


def failed(result: dict[str, Any]) -> list[str]:
    return [check["name"] for check in result["checks"] if not check["passed"]]


def test_two_homes_go_through_nine_months_and_every_check_passes(demos: Any):
    demo = demos("--homes", "2")
    code, result, complained = demo.ended()
    assert (code, failed(result)) == (0, []), complained
    found = {check["name"]: check["found"] for check in result["checks"]}
    assert found["homes accredited"] == 2
    assert found["champion awards"] == 3  # who took over was not at the first workshops
    assert found["e-mails in the sink"] == len(list((demo.folder / "mail").glob("*.eml")))


async def test_an_e_mail_that_came_twice_makes_the_demonstration_fail(demos: Any):
    demo = demos("--homes", "1")
    shutil.copy(await demo.first_mail(), demo.folder / "mail" / "planted.eml")
    code, result, _ = demo.ended()
    assert code == 1
    assert failed(result) == ["e-mails in the sink", "e-mails twice for one event, recipient and template"]


def test_a_directory_that_is_none_is_wrong_usage(demos: Any, tmp_path: Path):
    file = tmp_path / "homes.csv"
    file.write_text("a,b\n1,2\n")
    code, _, complained = demos("--homes-file", str(file)).ended()
    assert code == 2
    assert "no care directory" in " ".join(complained.split())
