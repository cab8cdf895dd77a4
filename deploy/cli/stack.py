"""`./sixsteps stack`: the embedded broker and database in the foreground."""

from pathlib import Path
from typing import Annotated, Literal

import typer

commands = typer.Typer()

DEFAULT_DATA = Path(".sixsteps") / "stack"


@commands.command()
def stack(
    data: Annotated[Path, typer.Option(help="Folder that keeps everything.")] = DEFAULT_DATA,
    kafka_port: Annotated[int, typer.Option(min=0, max=65535, help="0: the one used last, else a free one.")] = 0,
    mongo_port: Annotated[int, typer.Option(min=0, max=65535, help="0: the one used last, else a free one.")] = 0,
    only: Annotated[Literal["kafka", "mongo"] | None, typer.Option(help="Run only this part.")] = None,
) -> None:
    """Run Kafka and a MongoDB-protocol server until interrupted; prints their addresses as JSON when ready.

    0 stopped as asked, 2 wrong usage, 3 it cannot run here, 4 it was not ready in time: try again.
    """
    from deploy.local.stack import leave, main

    words = ["--lasting", "--data", str(data), "--kafka-port", str(kafka_port), "--mongo-port", str(mongo_port)]
    leave(main([*words, "--only", only] if only else words))
