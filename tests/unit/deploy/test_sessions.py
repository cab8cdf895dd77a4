"""Sessions of tests that run at once: all are told, in order, and none is forgotten."""

import os
import sys
from pathlib import Path

import pytest

from deploy.cli.sessions import run_at_once, worst
from deploy.cli.steps import NO_TESTS


def saying(words: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"print({words!r}); raise SystemExit({code})"]


def test_what_each_session_says_comes_whole_and_in_order(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    codes = run_at_once([saying("first"), saying("second", 1)], os.environ, tmp_path, aside=False)
    assert codes == [0, 1]
    assert capfd.readouterr().out == "first\nsecond\n"


def test_for_programs_the_standard_output_stays_free(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    run_at_once([saying("first")], os.environ, tmp_path, aside=True)
    assert capfd.readouterr() == ("", "first\n")


@pytest.mark.parametrize(
    ("codes", "means"),
    [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([0, NO_TESTS], 0), ([NO_TESTS, NO_TESTS], NO_TESTS), ([0, -9], -9)],
)
def test_one_failure_is_a_failure_and_no_tests_at_all_are_none(codes: list[int], means: int):
    assert worst(codes) == means
