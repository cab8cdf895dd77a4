"""Which programme version is the one that comes with the platform."""

from pathlib import Path

import pytest

from deploy.programmes import default_programme, read_programme


def test_the_default_programme_is_the_one_for_care_homes() -> None:
    assert default_programme()["programme"] == "six-steps-care-homes"


def test_of_its_versions_the_newest_counts_and_no_other_programme_does(tmp_path: Path) -> None:
    for name, number in (("six-steps-care-homes", 2), ("six-steps-care-homes", 10), ("six-steps-wales", 11)):
        (tmp_path / f"{name}.v{number}.yaml").write_text(f"programme: {name}\nnumber: {number}\n")
    assert default_programme(tmp_path) == {"programme": "six-steps-care-homes", "number": 10}


@pytest.mark.parametrize("text", ["", "- a list", "title: no programme", "programme: without-a-number"])
def test_what_is_no_programme_version_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "some.yaml").write_text(text)
    with pytest.raises(ValueError, match="programme"):
        read_programme(tmp_path / "some.yaml")
