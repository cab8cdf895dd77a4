"""`./sixsteps check`: everything that can be said without a broker or a database, in under a minute."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from deploy.cli.checkout import CODE, installed, present, python_module
from deploy.cli.codes import Exit
from deploy.cli.rings import WITHOUT_STACK, pytest_command
from deploy.cli.steps import Outcome, Step, run_side_by_side

commands = typer.Typer()

MODELS = "tests/unit/protocol"
QUIETLY = ("--quiet", "-p", "no:cacheprovider")
TELLING = {"models", *WITHOUT_STACK}


@commands.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Check format, lint, types, imports, spelling and the fast tests.

    0 all is well, 1 something failed.
    """
    console = Console(stderr=as_json)
    outcomes = run_checked([*ring_steps(), *static_steps()], console)
    if as_json:
        typer.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(Exit.CHECK_FAILED)


def run_checked(steps: Sequence[Step], console: Console) -> list[Outcome]:
    """Run the steps, one line each as it ends, then what the failed ones said."""
    outcomes = run_side_by_side(steps, lambda outcome: console.print(_line(outcome)))
    for failed in (outcome for outcome in outcomes if not outcome.passed):
        console.rule(failed.name, align="left")
        console.print(failed.output.rstrip(), markup=False, highlight=False, soft_wrap=True)
    return outcomes


def static_steps() -> list[Step]:
    """Return what is said about the code without running it, the slowest first."""
    code = present(CODE)
    return [
        Step("types", python_module("mypy", *code)),
        Step("imports", installed("lint-imports", "--no-cache")),
        Step("lint", python_module("ruff", "check", "--quiet", "--output-format=concise", ".")),
        Step("format", python_module("ruff", "format", "--check", "--output-format=concise", ".")),
        Step("spelling", python_module("codespell_lib", *code, *present(("docs",)))),
    ]


def ring_steps() -> list[Step]:
    """Return the rings that need no stack, and apart from them the protocol models, which take as long as all else."""
    rest = [Step(ring, pytest_command([ring], *QUIETLY, f"--ignore={MODELS}")) for ring in WITHOUT_STACK]
    return [Step("models", python_module("pytest", MODELS, "-m", "not long", *QUIETLY)), *rest]


def _line(outcome: Outcome) -> str:
    mark = "[green]passed[/]" if outcome.passed else "[red]failed[/]"
    last_words = outcome.output.strip().splitlines()[-1:] if outcome.name in TELLING else []
    return f"{mark}  {outcome.name:<13}{outcome.seconds:6.1f} s  {escape(' '.join(last_words).strip('= '))}"
