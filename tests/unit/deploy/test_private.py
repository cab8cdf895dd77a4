"""Keys of a folder are whole or not there, whatever cuts their writing short."""

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.platform import _card_key
from deploy.local.private import keep_private


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file have a byte more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_key_that_could_not_be_written_is_made_the_next_time_and_stays(tmp_path: Path) -> None:
    with no_room(), pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        _card_key(tmp_path)
    assert len(_card_key(tmp_path)) == 44
    assert _card_key(tmp_path) == _card_key(tmp_path)


def test_what_cannot_be_written_anew_is_as_it_was_and_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    keep_private(file, "old")
    with no_room(), pytest.raises(OSError):  # noqa: PT011 - likewise
        keep_private(file, "new")
    assert file.read_text() == "old"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
