"""A token for trying out: from the platform's folder, and told when nobody can believe it yet."""

from pathlib import Path

from typer.testing import CliRunner, Result

from deploy.cli.app import app


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, ["token", *words])


def test_a_token_of_a_new_key_says_who_must_be_told(tmp_path: Path) -> None:
    first, second = (asked("coordinator", "--data", str(tmp_path)) for _ in range(2))
    assert (first.exit_code, "jwks.json" in first.stderr) == (0, True)
    assert (second.exit_code, second.stderr) == (0, "")
    assert first.stdout.count(".") == 2


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    no = asked("coordinator", "--data", str(tmp_path / "file" / "below"))
    assert (no.exit_code, "cannot be written" in no.stderr) == (3, True)


def test_a_role_that_there_is_not_is_refused_with_those_there_are() -> None:
    no = asked("king")
    assert (no.exit_code, "coordinator" in no.stderr) == (2, True)
