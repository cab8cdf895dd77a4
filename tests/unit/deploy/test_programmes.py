"""Which programme version is the one that comes with the platform."""

import hashlib
import json
from pathlib import Path

import pytest

from deploy.programmes import PROGRAMMES, default_programme, newest, read_programme

DELIVERED = {
    "six-steps-care-homes.v2": "354d5e55898c25fe",
    "six-steps-home-care.v2": "3b5ed5aea7cfbc6b",
    "six-steps-wales.v2": "37286f6bf6f75c15",
}
"""What each file says, in short. Another content needs another number: a new file, and a line of its own here."""


def test_the_default_programme_is_the_one_for_care_homes() -> None:
    assert default_programme()["programme"] == "six-steps-care-homes"


def test_of_its_versions_the_newest_counts_and_no_other_programme_does(tmp_path: Path) -> None:
    for name, number in (("six-steps-care-homes", 2), ("six-steps-care-homes", 10), ("six-steps-wales", 11)):
        (tmp_path / f"{name}.v{number}.yaml").write_text(f"programme: {name}\nnumber: {number}\n")
    assert newest("six-steps-care-homes", tmp_path) == {"programme": "six-steps-care-homes", "number": 10}


def test_what_was_delivered_under_a_number_is_never_delivered_otherwise() -> None:
    def digest(file: Path) -> str:
        content = json.dumps(read_programme(file), sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    assert {file.stem: digest(file) for file in PROGRAMMES.glob("*.yaml")} == DELIVERED


def test_a_file_is_named_after_its_programme_and_number() -> None:
    for file in PROGRAMMES.glob("*.yaml"):
        told = read_programme(file)
        assert file.stem == f"{told['programme']}.v{told['number']}"


@pytest.mark.parametrize("text", ["", "- a list", "title: no programme", "programme: without-a-number"])
def test_what_is_no_programme_version_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "some.yaml").write_text(text)
    with pytest.raises(ValueError, match="programme"):
        read_programme(tmp_path / "some.yaml")
