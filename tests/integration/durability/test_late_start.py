"""A stack that is not ready in time says where it stood and is started once more; late twice, it is refused."""

from pathlib import Path

import psutil
import pytest

from deploy.local import process
from deploy.local.folder import claimed
from deploy.local.late import READY_WITHIN_SECONDS
from deploy.local.problem import StackLate
from deploy.local.process import start_stack

SOONER_THAN_ANY = 0.3


def test_a_stack_that_is_late_twice_is_refused_says_where_it_stood_and_leaves_nothing_running(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StackLate, match=r"not ready after 0\.3 s: \S+"):
        start_stack(tmp_path, only="kafka", ready_within=SOONER_THAN_ANY)
    assert "started a second time" in capsys.readouterr().err
    assert "in main" in (tmp_path / "servers.log").read_text()
    assert not [child for child in psutil.Process().children() if str(tmp_path) in child.cmdline()]
    with claimed(tmp_path):
        pass


def test_a_stack_that_was_late_once_is_there_after_the_second_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits, started = iter([SOONER_THAN_ANY, READY_WITHIN_SECONDS]), process._started

    def first_in_a_hurry(command: list[str], ready_within: float) -> object:
        limit = next(limits)
        return started([*command[:-1], str(limit)], ready_within)

    monkeypatch.setattr(process, "_started", first_in_a_hurry)
    running = start_stack(tmp_path, only="kafka")
    try:
        assert running.kafka
        assert next(limits, None) is None
    finally:
        running.stop()
