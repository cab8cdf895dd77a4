"""The launcher makes .venv once, never believes in half a one, and says why when it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Stands in for uv: `venv` makes a Python that repeats its words, `pip sync` does as UV_DOES says.
UV = """#!/bin/sh
echo "$1" >>"$(dirname "$0")/calls"
if [ "$1" = venv ]; then
    for venv in "$@"; do :; done
    mkdir -p "$venv/bin"
    printf '#!/bin/sh\\necho "ran $*"\\n' >"$venv/bin/python"
    chmod +x "$venv/bin/python"
else
    eval "${UV_DOES:-true}"
fi
"""


class Checkout:
    """A checkout with only the launcher and a lock, and a PATH with a uv that installs nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root / "checkout"
        self.tools = root / "tools"
        for folder in (self.root, self.tools):
            folder.mkdir()
        shutil.copy(ROOT / "sixsteps", self.root)
        (self.root / "requirements.lock").write_text("one==1\n")
        (self.tools / "uv").write_text(UV)
        (self.tools / "uv").chmod(0o755)

    def start(self, uv_does: str = "true") -> subprocess.Popen[str]:
        surroundings = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "UV_DOES": uv_does}
        return subprocess.Popen(
            [self.root / "sixsteps", "check", "a b"],
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, uv_does: str = "true") -> tuple[int, str, str]:
        process = self.start(uv_does)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    @property
    def made(self) -> int:
        """How often a .venv was begun."""
        return (self.tools / "calls").read_text().split().count("venv")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_words_reach_the_command_line(checkout: Checkout) -> None:
    code, out, err = checkout.run()
    assert (code, out) == (0, "ran -m deploy.cli check a b\n")
    assert "preparing .venv" in err


def test_a_venv_is_made_once_and_again_for_another_lock(checkout: Checkout) -> None:
    checkout.run()
    assert checkout.run()[2] == ""
    assert checkout.made == 1
    (checkout.root / "requirements.lock").write_text("one==2\n")
    checkout.run()
    assert checkout.made == 2


def test_a_failed_installation_is_said_and_tried_again(checkout: Checkout) -> None:
    code, out, err = checkout.run("false")
    assert (code, out) == (3, "")
    assert "could not install" in err
    assert checkout.run()[0] == 0


def test_an_installation_that_was_killed_is_not_believed(checkout: Checkout) -> None:
    killed, _, _ = checkout.run("kill -9 $PPID")
    assert killed != 0
    assert checkout.run()[1].startswith("ran ")
    assert checkout.made == 2


def test_two_at_once_make_one_venv(checkout: Checkout) -> None:
    both = [checkout.start("sleep 1"), checkout.start("sleep 1")]
    assert [process.communicate(timeout=30)[0].split()[0] for process in both] == ["ran", "ran"]
    assert checkout.made == 1
