"""`./sixsteps bench`: how fast it is, beside what people would use instead, in one run."""

import subprocess
from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.cli.checkout import ROOT, python_module

commands = typer.Typer()


@commands.command()
def bench(
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ROW", help="Only this row; may be repeated.")
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the figures there.")
    ] = None,
    stack: Annotated[
        Literal["embedded", "external"], typer.Option(help="external: SIXSTEPS_KAFKA and SIXSTEPS_MONGO say where.")
    ] = "embedded",
    cores: Annotated[int, typer.Option(min=1, help="Keep everything to so many cores; the bars are for two.")] = 2,
) -> None:
    """Measure the platform: events, commands, effects, growth, rebuilding, idling. docs/performance.md explains.

    Rows: e2e, http, effect, growth, rebuild, idle, profile, weights; when asked for also partitions, workers, memory,
    stream and million (which fills a journal for minutes). Seven minutes altogether; nothing else should run meanwhile.
    0 every bar measured is held, 1 one is missed, 2 wrong usage, 3 the stack cannot run here.
    """
    rows = [word for row in only or () for word in ("--only", row)]
    words = ["--stack", stack, "--cores", str(cores), *rows, *(["--json", str(as_json.absolute())] if as_json else [])]
    ended = subprocess.run(python_module("tests.bench", *words), cwd=ROOT, check=False)
    raise typer.Exit(ended.returncode)
