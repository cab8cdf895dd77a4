"""`./sixsteps run`: one service in one process."""

from typing import Annotated, Literal

import typer

from deploy.services import NAMES, manifest

commands = typer.Typer()


@commands.command()
def run(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")],
    role: Annotated[
        Literal["api", "worker", "all"], typer.Option(help="api answers requests, worker reads events, all does both.")
    ] = "all",
    with_parent: Annotated[int | None, typer.Option(metavar="PID", help="Stop when this process is gone.")] = None,
) -> None:
    """Run one service until it is told to stop. Settings come from SIXSTEPS_… in the environment."""
    if service not in NAMES:
        raise typer.BadParameter(f"there is no service {service}; there are {', '.join(NAMES)}")
    import uvloop

    from deploy.local.parent import end_with
    from deploy.published import asyncapi_of, schema_of
    from shared.chassis.serving import serve
    from shared.chassis.settings import read_settings

    settings = read_settings(service)
    if with_parent is not None:
        end_with(with_parent)
    uvloop.run(serve(manifest(service), settings, role, asyncapi_of(service), schema_of(service)))
