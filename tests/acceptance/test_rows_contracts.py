"""Feature rows of the published language: what would break a reader is caught, and what commands make is as written."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.checkout import ROOT
from deploy.contracts.language import Language
from deploy.services import NAMES, manifest
from shared.chassis.commits import JOURNAL
from tests.support.asking import Asker
from tests.support.command_events import Made
from tests.support.settled_region import Settled

ASYNCAPI = "shared/events/schemas/{}/asyncapi.json"
SCHEMA = Path("shared/events/schemas/network/MemberLeft.v1.json")
LAST_FIELD = "    left_on: date\n"
REQUIRED, WITH_DEFAULT = "    left_on: date\n    farewell_id: str\n", '    left_on: date\n    farewell_id: str = ""\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of the checkout that may be changed."""
    for part in ("deploy", "services", "shared"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def changed(checkout: Path) -> Callable[[str], None]:
    """Give a way to let the event MemberLeft have another field."""
    module = checkout / "shared/events/network/member.py"
    written = module.read_text()

    def change(field: str) -> None:
        head = "class MemberLeft(Event)"
        before, after = written.split(head, 1)
        module.write_text(before + head + after.replace(LAST_FIELD, field, 1))

    return change


def contracts(checkout: Path, *words: str) -> tuple[int, Mapping[str, Any]]:
    """Run the command in the copy; its exit code, and what it says in JSON."""
    command = [sys.executable, "-m", "deploy.cli", "contracts", "--json", *words]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_V02_a_catalogue_that_is_not_what_the_code_says_fails_the_build(checkout: Path, changed: Callable[[str], None]):
    changed(WITH_DEFAULT)
    code, told = contracts(checkout, "--check")
    assert code == 1
    assert ASYNCAPI.format("network") in told["stale"]
    assert told["written"] == []


async def test_V02_every_service_hands_out_the_catalogue_that_is_committed(here: Settled):
    async with Asker(here.region.platform.running.address) as asker:
        for name in NAMES:
            told = (await asker.send("GET", name, "/asyncapi.json")).json()
            assert told == json.loads((ROOT / ASYNCAPI.format(name)).read_text()), name
            assert told["asyncapi"].startswith("3."), name


def test_V12_a_new_required_field_fails_the_contract_check_and_is_not_written(
    checkout: Path, changed: Callable[[str], None]
):
    before = (checkout / SCHEMA).read_text()
    changed(REQUIRED)
    for words in (["--check"], []):
        code, told = contracts(checkout, *words)
        assert code == 1
        assert told["written"] == []
        assert [fault.partition(": ")[0] for fault in told["broken"]] == ["network/MemberLeft.v1.json"]
    assert (checkout / SCHEMA).read_text() == before


def test_V12_a_new_field_with_a_default_passes_once_its_schema_is_written(
    checkout: Path, changed: Callable[[str], None]
):
    changed(WITH_DEFAULT)
    code, told = contracts(checkout, "--check")
    assert (code, told["broken"]) == (1, [])
    assert str(SCHEMA) in told["stale"]
    assert contracts(checkout)[0] == 0
    assert contracts(checkout, "--check") == (0, {"written": [], "stale": [], "broken": []})


async def test_V23_what_the_live_services_made_is_what_the_table_of_commands_and_events_says(here: Settled):
    made, commits = Made(), 0
    for name, inside in here.region.platform.insides.items():
        for commit in await inside.store.find(JOURNAL, {}):
            made.note(name, commit["command"], [event["type"].split(".")[2] for event in commit["events"]])
            commits += 1
    assert commits > 50
    assert len(made.times) > 20
    assert not list(made.contradictions(Language([manifest(name) for name in NAMES])))
