"""`ops region add` neither guesses the address of another platform than ours nor sends it our token."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.local.environment import write_environments
from deploy.local.folder import UP_FOLDER

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `./sixsteps up` leaves, in the folder that the command is called from."""
    monkeypatch.chdir(tmp_path)
    UP_FOLDER.mkdir(parents=True)
    write_environments(UP_FOLDER, {"enrolment": {"SIXSTEPS_KAFKA": "up:1", "SIXSTEPS_HTTP_PORT": "9"}})


def add(*words: str) -> Result:
    outside = {"SIXSTEPS_KAFKA": "k:1", "SIXSTEPS_TOKEN": None}
    return CliRunner().invoke(app, ["ops", "region", "add", "north", "--stack", "external", *words], env=outside)


def test_another_platform_gets_no_token_of_the_local_issuer() -> None:
    refused = add("--at", NOBODY)
    assert (refused.exit_code, "--token" in refused.stderr) == (2, True)
    assert not (UP_FOLDER / "jwks.json").exists()


def test_another_platform_s_address_is_not_guessed() -> None:
    refused = add("--token", "x")
    assert (refused.exit_code, "--at" in refused.stderr) == (2, True)
