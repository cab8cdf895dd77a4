"""`./sixsteps topics`: make the topics that the services publish on."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.codes import Exit
from deploy.services import NAMES, manifest

commands = typer.Typer()


@commands.command()
def topics(
    data: Annotated[
        Path | None, typer.Option(help="Folder of a platform for trying out; else SIXSTEPS_… in the environment.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the names as JSON.")] = False,
) -> None:
    """Make the topics of all services; what exists is left as it is.

    0 all are there, 1 Kafka says no, 2 wrong usage, 3 Kafka cannot be reached.
    """
    from deploy.ops.asking import chosen
    from shared.chassis.ports import Rejected, Unavailable
    from shared.chassis.serving import make_topics
    from shared.chassis.settings import read_settings

    settings = read_settings(NAMES[0], chosen(data, None)[NAMES[0]] if data else None)
    try:
        made = asyncio.run(make_topics([manifest(name) for name in NAMES], settings))
    except Unavailable as failure:
        typer.echo(f"Kafka cannot be reached: {failure}. Is SIXSTEPS_KAFKA right, and the broker up?", err=True)
        raise typer.Exit(Exit.UNREACHABLE) from failure
    except Rejected as failure:
        typer.echo(f"Kafka refuses: {failure}", err=True)
        raise typer.Exit(Exit.CHECK_FAILED) from failure
    typer.echo(json.dumps(made) if as_json else "\n".join(f"there: {name}" for name in made))
