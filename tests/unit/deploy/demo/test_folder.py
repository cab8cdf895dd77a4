"""A platform's folder is emptied only when all in it is ours."""

from pathlib import Path

import pytest

from deploy.demo.folder import empty
from deploy.local.environment import FILENAME
from deploy.local.problem import StackProblem


def test_everything_of_ours_goes_but_the_claim(tmp_path: Path):
    for name in ("claim", "clock", "enrolment.log", FILENAME):
        (tmp_path / name).touch()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "000001.eml").touch()
    empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["claim"]


def test_a_folder_with_something_of_others_is_left_as_it_is(tmp_path: Path):
    for name in ("clock", "thesis.odt"):
        (tmp_path / name).touch()
    with pytest.raises(StackProblem, match=r"thesis\.odt"):
        empty(tmp_path)
    assert (tmp_path / "clock").exists()


def test_a_folder_that_is_not_there_is_empty_already(tmp_path: Path):
    empty(tmp_path / "none")
