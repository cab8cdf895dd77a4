"""Tests that were to meet containers where no engine answers: skipped with a sentence, which is no success."""

from pathlib import Path

from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.cli.codes import Exit


def test_containers_without_an_engine_skip_everything_say_so_and_are_no_success(tmp_path: Path) -> None:
    nobody = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    said = CliRunner().invoke(app, ["test", "--stack", "containers", "--ring", "unit", "-k", "none"], env=nobody)
    assert said.exit_code == Exit.UNREACHABLE
    assert said.output.startswith("All tests were skipped: no container engine answers.")
