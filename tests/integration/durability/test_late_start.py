"""A stack that is not ready in time says where it stood and is started once more; late twice, it is refused."""

from pathlib import Path

import pytest

from deploy.local.folder import claimed
from deploy.local.late import READY_WITHIN_SECONDS
from deploy.local.problem import StackLate
from deploy.local.process import start_stack

SOONER_THAN_ANY = 0.3


def test_a_stack_that_is_late_twice_is_refused_says_where_it_stood_and_leaves_nothing_running(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StackLate, match=r"not ready after 0\.3 s: \S+"):
        start_stack(tmp_path, only="kafka", ready_within=(SOONER_THAN_ANY, SOONER_THAN_ANY))
    assert "started a second time" in capsys.readouterr().err
    assert "in main" in (tmp_path / "servers.log").read_text()
    with claimed(tmp_path):
        pass  # so nobody has it any more


def test_a_stack_that_was_late_once_is_there_after_the_second_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = start_stack(tmp_path, only="kafka", ready_within=(SOONER_THAN_ANY, READY_WITHIN_SECONDS))
    try:
        assert running.kafka
        assert "started a second time" in capsys.readouterr().err
    finally:
        running.stop()
