"""Steps of a check pass or fail by their exit code, and none hides another."""

import sys

from deploy.cli.steps import Outcome, Step, run, run_side_by_side


def _says(name: str, code: str) -> Step:
    return Step(name, (sys.executable, "-c", code))


def test_a_step_passes_or_fails_by_its_exit_code() -> None:
    assert run(_says("good", "print('fine')")).passed
    assert not run(_says("bad", "raise SystemExit(3)")).passed


def test_what_a_step_says_is_kept_from_both_streams() -> None:
    said = run(_says("loud", "import sys; print('out', flush=True); print('err', file=sys.stderr)")).output
    assert said.split() == ["out", "err"]


def test_a_tool_that_is_not_there_fails_with_a_sentence() -> None:
    outcome = run(Step("gone", ("no-such-tool-anywhere",)))
    assert (outcome.passed, outcome.output) == (False, "no-such-tool-anywhere is not installed.")


def test_every_step_is_run_and_told_though_one_fails() -> None:
    told: list[Outcome] = []
    steps = [_says("one", "raise SystemExit(1)"), _says("two", ""), _says("three", "")]
    outcomes = run_side_by_side(steps, told.append)
    assert {outcome.name for outcome in outcomes if outcome.passed} == {"two", "three"}
    assert told == outcomes
