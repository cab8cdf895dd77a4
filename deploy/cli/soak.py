"""`./sixsteps soak`: constant load with faults for as long as is asked, and what the processes hold meanwhile."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.checkout import ROOT, python_module
from deploy.cli.codes import Exit

commands = typer.Typer()

TESTS = "tests/chaos/live/test_soak.py"


@commands.command()
def soak(
    minutes: Annotated[float, typer.Option(min=0.5, help="How long.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Let homes go their way for so long while things go wrong; print the figures.

    Under 25 minutes it does not say whether memory is flat.
    0 nothing was lost, doubled or reordered and nothing grew, 1 something was or did.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        told = {"SIXSTEPS_SOAK_MINUTES": str(minutes), "SIXSTEPS_CHAOS_REPORT": str(report)}
        patience = f"--timeout={int(minutes * 60) + 900}"
        command = python_module("pytest", TESTS, "-q", "-s", "--show-capture=no", patience)
        out = sys.stderr if as_json else None
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, stdout=out, check=False)
        if as_json and report.exists():
            typer.echo(report.read_text())
    raise typer.Exit(Exit.CHECK_FAILED if ended.returncode else Exit.FINE)
