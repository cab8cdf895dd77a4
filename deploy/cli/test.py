"""`./sixsteps test`: what the code looks like, then the rings of tests on a real broker and database."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.check import run_checked, static_steps
from deploy.cli.codes import Exit
from deploy.cli.counts import counted
from deploy.cli.rings import BY_DEFAULT, STACK_MISSING, Ring, has_tests, pytest_command
from deploy.cli.sessions import run_at_once, worst

commands = typer.Typer()

SIMULATION = "test_every_promise_holds_whatever_fate_has_in_store"
PYTEST_MEANS = {0: Exit.FINE, 4: Exit.BAD_USAGE, STACK_MISSING: Exit.UNREACHABLE}


class Stack(StrEnum):
    """Which broker and database the tests meet."""

    EMBEDDED = "embedded"
    EXTERNAL = "external"
    CONTAINERS = "containers"


@commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    rings: Annotated[list[Ring] | None, typer.Option("--ring", help="Only this ring; may be repeated.")] = None,
    stack: Annotated[Stack, typer.Option(help="external needs SIXSTEPS_KAFKA and SIXSTEPS_MONGO.")] = Stack.EMBEDDED,
    matching: Annotated[str | None, typer.Option("-k", metavar="EXPR", help="Only tests whose name matches.")] = None,
    long: Annotated[bool, typer.Option("--long", help="Also the tests that take minutes.")] = False,
    seed: Annotated[int | None, typer.Option(help="Play this one seed of the simulation again.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Play so many seeds of the simulation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print counts per ring as JSON.")] = False,
) -> None:
    """Run the tests on a real broker and database; what stands after -- goes to pytest.

    The acceptance tests run beside all others, each half on a stack of its own.

    Without --ring and -k: the static checks, then every ring.

    --stack containers without an engine skips all of them, says so, and is no success: nothing was proved.

    0 all passed, 1 something failed or no test ran, 2 wrong usage, 3 the stack cannot run here.
    """
    _skip_without_engine(stack)
    simulation = _simulation(seed, seeds)
    matching = SIMULATION if simulation else matching
    console = Console(stderr=as_json)
    sound = bool(rings or matching) or all(outcome.passed for outcome in run_checked(static_steps(), console))
    words = [*(["-k", matching] if matching else []), *context.args]
    code = _run(rings or BY_DEFAULT, words, {**simulation, "SIXSTEPS_TEST_STACK": stack}, long=long, as_json=as_json)
    if not sound:
        Console(stderr=True).print("[red]The static checks failed; see above.[/]")
    raise typer.Exit(code if code or sound else Exit.CHECK_FAILED)


def _simulation(seed: int | None, seeds: int | None) -> dict[str, str]:
    """What tells the simulation (tests/chaos/simulation) which worlds to play; empty when nobody says."""
    told = {"SIXSTEPS_SEED": seed, "SIXSTEPS_SEEDS": seeds}
    return {name: str(number) for name, number in told.items() if number is not None}


def _skip_without_engine(stack: Stack) -> None:
    """Run nothing where containers were asked for and there are none; a run that skips what matters is no success."""
    if stack is not Stack.CONTAINERS:
        return
    from deploy.cli.engine import engine_answers

    if not engine_answers():
        typer.echo("All tests were skipped: no container engine answers. Start one, or use --stack embedded.", err=True)
        raise typer.Exit(Exit.UNREACHABLE)


def _run(rings: Sequence[Ring], words: Sequence[str], told: Mapping[str, str], *, long: bool, as_json: bool) -> int:
    wanted = [ring for ring in rings if has_tests(ring)]
    if not wanted:
        typer.echo(f"There are no tests in: {', '.join(rings)}", err=True)
        return Exit.CHECK_FAILED
    surroundings = {**os.environ, **told, "PYTHONUNBUFFERED": "1"}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        halves = _halves(wanted)
        reports = [Path(scratch) / f"report-{number}.xml" for number, _ in enumerate(halves)]
        commands = [
            pytest_command(half, f"--junitxml={report}", *words, long=long)
            for half, report in zip(halves, reports, strict=True)
        ]
        code = worst(run_at_once(commands, surroundings, Path(scratch), aside=as_json))
        counts = {ring: told for report in reports for ring, told in counted(report).items()}
    _tell(counts, time.perf_counter() - began, as_json=as_json)
    return PYTEST_MEANS.get(code, Exit.CHECK_FAILED)


def _tell(counts: Mapping[str, Mapping[str, int]], seconds: float, *, as_json: bool) -> None:
    """Say how all rings together went; it is the last thing said, for people and for CI."""
    if as_json:
        typer.echo(json.dumps(counts, indent=2))
        return
    total = sum(map(Counter, counts.values()), Counter[str]())
    told = ", ".join(f"{total[how]} {how}" for how in ("failed", "passed", "skipped") if total[how])
    typer.echo(f"===== all rings: {told or 'no tests ran'} in {seconds:.0f}s =====")


def _halves(rings: Sequence[Ring]) -> list[list[Ring]]:
    """Return two parts that take about as long: the acceptance tests mostly wait for the platform."""
    rest: list[Ring] = [ring for ring in rings if ring is not Ring.ACCEPTANCE]
    longest: list[Ring] = [ring for ring in rings if ring is Ring.ACCEPTANCE]
    return [half for half in (rest, longest) if half]
