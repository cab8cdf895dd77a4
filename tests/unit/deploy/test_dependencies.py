"""The table of dependencies, the project file and the locks name the same things, and no address."""

import re
import tomllib
from pathlib import Path

from deploy.local.jars import RECIPE, locked

ROOT = Path(__file__).resolve().parents[3]
TABLE = (ROOT / "docs" / "dependencies.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def _declared() -> set[str]:
    rows = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    return {re.split(r"[^\w.-]", row, maxsplit=1)[0] for row in rows}


def test_every_direct_dependency_has_its_row() -> None:
    coordinates = tomllib.loads(RECIPE.read_text())["dependencies"]["coordinates"]
    parts = {coordinate.rpartition(":")[0] for coordinate in coordinates}
    rows = set(re.findall(r"^\| ([\w.:-]+) \|", TABLE, re.MULTILINE)) - {"name"}
    assert rows == _declared() | parts


def test_every_direct_dependency_is_locked() -> None:
    pinned = set(re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE))
    assert not _declared() - pinned


def test_the_locks_hold_versions_and_hashes_only() -> None:
    packages = LOCK.count("==")
    assert packages > 0
    assert "://" not in LOCK
    assert "--find-links" not in LOCK
    assert "--index" not in LOCK
    assert not re.findall(r"^[\w.-]+==\S+[^\\\n]*\n(?!    --hash)", LOCK, re.MULTILINE)
    assert len(locked()) > 0
