"""`./sixsteps up`: the platform for trying out; it stays up until Ctrl-C."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.cli.codes import Exit
from deploy.local.folder import UP_FOLDER

commands = typer.Typer()


@commands.command()
def up(
    data: Annotated[Path, typer.Option(help="Folder that keeps everything, ports included.")] = UP_FOLDER,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin with nothing: empty the folder first.")] = False,
    stack: Annotated[
        Literal["embedded", "external"], typer.Option(help="external: SIXSTEPS_KAFKA and SIXSTEPS_MONGO say where.")
    ] = "embedded",
) -> None:
    """Run the whole platform in the foreground: broker, database, four services, a mail sink.

    Prints addresses, a token for each role and where the e-mails lie. Addresses and data survive a restart.
    0 stopped as asked, 1 a service kept dying or the seeds were refused, 3 it cannot run here.
    """
    from rich.console import Console

    from deploy.demo.breaking import BrokeOff
    from deploy.demo.standing import KeptDying
    from deploy.demo.trying import TryOut, stay_up
    from deploy.local.problem import StackProblem

    try:
        stay_up(TryOut(data, fresh, stack), Console())
    except (BrokeOff, KeptDying) as failure:
        typer.echo(f"sixsteps: {failure}", err=True)
        raise typer.Exit(Exit.CHECK_FAILED) from failure
    except StackProblem as problem:
        typer.echo(f"sixsteps: {problem}", err=True)
        raise typer.Exit(Exit.UNREACHABLE) from problem
    except KeyboardInterrupt:
        typer.echo("sixsteps: stopped before it was up.", err=True)
