"""Which platform is looked at."""

import base64
import json
from pathlib import Path

import pytest

from deploy.local.environment import read_environments, write_environments
from deploy.ops.environments import NoPlatform, environments
from shared.chassis.settings import read_settings

OUTSIDE = {"SIXSTEPS_KAFKA": "k:1", "SIXSTEPS_DATABASE": "of_one", "SIXSTEPS_HTTP_PORT": "8001", "PATH": "/bin"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_written_is_read_without_what_is_not_ours(tmp_path: Path) -> None:
    write_environments(tmp_path, {"network": {"SIXSTEPS_KAFKA": "k:1", "HOME": "/root"}})
    assert read_environments(tmp_path) == {"network": {"SIXSTEPS_KAFKA": "k:1"}}
    assert (tmp_path / "environment.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_named_wins_over_the_environment(tmp_path: Path) -> None:
    write_environments(tmp_path, {"network": {"SIXSTEPS_KAFKA": "here:1"}})
    assert environments(tmp_path, external=False, surroundings=OUTSIDE)["network"]["SIXSTEPS_KAFKA"] == "here:1"


def test_the_folder_of_up_is_taken_when_nothing_is_named() -> None:
    folder = Path(".sixsteps/up")
    folder.mkdir(parents=True)
    (folder / "environment.json").write_text(json.dumps({"network": {"SIXSTEPS_KAFKA": "up:1"}}))
    assert environments(None, external=False, surroundings=OUTSIDE)["network"]["SIXSTEPS_KAFKA"] == "up:1"
    assert environments(None, external=True, surroundings=OUTSIDE)["network"]["SIXSTEPS_KAFKA"] == "k:1"


def test_what_belongs_to_one_service_is_not_taken_from_the_environment() -> None:
    found = environments(None, external=False, surroundings=OUTSIDE)
    assert set(found) == {"enrolment", "portfolio", "network", "notifications"}
    assert found["network"] == {"SIXSTEPS_KAFKA": "k:1"}


@pytest.mark.parametrize(
    ("data", "external", "words"),
    [
        (Path("nowhere"), False, "No platform has run"),
        (None, False, "./sixsteps up"),
        (None, True, "SIXSTEPS_KAFKA"),
        (Path("nowhere"), True, "not both"),
    ],
)
def test_no_platform_is_told_with_what_to_do(data: Path | None, external: bool, words: str) -> None:
    with pytest.raises(NoPlatform, match=words):
        environments(data, external=external, surroundings={})


def test_what_cannot_be_read_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "environment.json").write_text("{")
    with pytest.raises(NoPlatform, match=str(tmp_path)):
        environments(tmp_path, external=False, surroundings={})


def test_settings_that_are_given_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXSTEPS_TOPIC_PREFIX", "of-this-process-")
    given = {
        "SIXSTEPS_DEPLOYMENT": "other",
        "SIXSTEPS_KAFKA": "k:1",
        "SIXSTEPS_MONGO": "mongodb://m",
        "SIXSTEPS_ISSUERS": '[{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}]',
        "SIXSTEPS_CARD_KEYS": f"k:{base64.b64encode(bytes(32)).decode()}",
    }
    found = read_settings("network", given)
    assert (found.topic_prefix, found.deployment, found.database_name) == ("", "other", "sixsteps_network")
