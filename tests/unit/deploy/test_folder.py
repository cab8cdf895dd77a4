"""A data folder belongs to one stack at a time, is writable and has room."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from deploy.local.folder import NEEDED_BYTES, claimed
from deploy.local.problem import StackProblem

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - the shape shutil gives


def test_a_folder_is_made_and_can_be_claimed_again(tmp_path: Path) -> None:
    for _ in range(2):
        with claimed(tmp_path / "deep" / "data") as data:
            assert data.is_dir()


def test_a_second_stack_is_refused(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(StackProblem, match="in use by another"), claimed(tmp_path):
        pass


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackProblem, match="Cannot write"), claimed(tmp_path / "file" / "data"):
        pass


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, NEEDED_BYTES - 1))
    with pytest.raises(StackProblem, match=r"255 MB are left.*needs 256 MB"), claimed(tmp_path):
        pass
