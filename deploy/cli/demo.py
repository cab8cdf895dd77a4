"""`./sixsteps demo`: a cohort of homes goes through nine months of the programme, live."""

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from deploy.cli.codes import Exit

commands = typer.Typer()

USUAL_HOMES = 12
HOMES_IN_A_COHORT = 12


Homes = Annotated[
    int | None, typer.Option(min=1, max=5000, help=f"How many homes take part ({USUAL_HOMES}, or all of the file).")
]
HomesFile = Annotated[
    Path | None, typer.Option(help="The regulator's public care directory (CSV); else the homes are made up.")
]
Cohorts = Annotated[int | None, typer.Option(min=1, max=500, help="How many cohorts; one for 12 homes.")]
On = Annotated[
    Literal["embedded", "external"], typer.Option(help="external: SIXSTEPS_KAFKA and SIXSTEPS_MONGO say where.")
]


@commands.command()
def demo(
    homes: Homes = None,
    homes_file: HomesFile = None,
    cohorts: Cohorts = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave no pauses for who looks on.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Stay up afterwards, with addresses and tokens.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder that keeps everything; it must be ours or empty.")] = None,
    stack: On = "embedded",
    as_json: Annotated[bool, typer.Option("--json", help="Print only the result, as JSON.")] = False,
) -> None:
    """Play nine months of the programme on the real platform, and check the end.

    Starts broker, database, four services and a mail sink, plays through the public HTTP APIs with a clock that is
    moved from month to month, and compares the end with what services, topics, journals and e-mails say.
    0 all checks passed, 1 a check failed or the story broke off, 2 wrong usage, 3 it cannot run here.
    """
    from rich.console import Console

    from deploy.demo.directory import DirectoryProblem
    from deploy.demo.playing import Demo

    console = Console(quiet=as_json)
    try:
        taken = _homes(homes, homes_file, console)
    except DirectoryProblem as problem:
        raise typer.BadParameter(str(problem), param_hint="--homes-file") from problem
    number = min(cohorts or math.ceil(len(taken) / HOMES_IN_A_COHORT), len(taken))
    _played(Demo(taken, number, fast, keep, data, stack), console, as_json=as_json)


def _homes(count: int | None, file: Path | None, console: Any) -> list[Any]:
    """The homes that take part. Raises DirectoryProblem."""
    from deploy.demo.directory import DirectoryProblem, read_directory
    from deploy.demo.names import made_up_homes

    if file is None:
        return made_up_homes(count or USUAL_HOMES)
    directory = read_directory(file)
    for skipped in directory.skipped:
        console.print(f"skipped {skipped}", highlight=False, markup=False, soft_wrap=True)
    if not directory.homes:
        raise DirectoryProblem(f"{file} names no home that can take part.")
    return list(directory.homes[:count])


def _played(asked: Any, console: Any, *, as_json: bool) -> None:
    from deploy.demo.breaking import BrokeOff
    from deploy.demo.playing import play
    from deploy.demo.standing import KeptDying
    from deploy.local.problem import StackProblem

    try:
        result = play(asked, console)
    except StackProblem as problem:
        typer.echo(f"sixsteps: {problem}", err=True)
        raise typer.Exit(Exit.UNREACHABLE) from problem
    except KeptDying as failure:
        typer.echo(f"sixsteps: {failure}", err=True)
        raise typer.Exit(Exit.CHECK_FAILED) from failure
    except BrokeOff as broke:
        typer.echo(f"sixsteps: the story broke off: {broke}", err=True)
        raise typer.Exit(Exit.CHECK_FAILED) from broke
    except KeyboardInterrupt:
        typer.echo("sixsteps: stopped before the story was over.", err=True)
        raise
    if as_json:
        typer.echo(json.dumps(result.as_dict(), default=str))
    if not result.passed:
        raise typer.Exit(Exit.CHECK_FAILED)
