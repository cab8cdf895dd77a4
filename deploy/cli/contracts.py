"""`./sixsteps contracts`: the published language as files: schemas, examples, AsyncAPI, the tables in the READMEs."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.checkout import ROOT
from deploy.cli.codes import Exit

if TYPE_CHECKING:
    from deploy.contracts.files import Report

commands = typer.Typer()

BROKEN_ADVICE = """\
Nothing was written. A committed schema is a promise: topics and journals keep old events for ever.
  * Give the class `version = n + 1` and an upcast from n in `upcasts`; the schema and example of n stay.
  * Or change it so that old and new fit: add a field with a default, leave the others as they are.
  * Only if no deployment has ever published it: delete its files under shared/events and run this again."""
WRITTEN_ADVICE = "Next: look at the difference, commit these files with the code, run ./sixsteps check."


@commands.command()
def contracts(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; 1 when a file is not up to date.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Write schemas, examples, AsyncAPI documents and README tables anew from the event classes and manifests.

    0 all is up to date or was written, 1 a file is not up to date (--check), or a promise would be broken.
    """
    from deploy.contracts.files import MarkerMissing, compared, write
    from deploy.contracts.language import Language
    from deploy.services import NAMES, manifest

    try:
        report = compared(Language([manifest(name) for name in NAMES]), ROOT)
    except MarkerMissing as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(Exit.CHECK_FAILED) from fault
    may_write = not (check or report.broken)
    if may_write:
        write(report)
    _tell_json(report, written=may_write) if as_json else _tell(report, written=may_write)
    if not (report.clean or may_write):
        raise typer.Exit(Exit.CHECK_FAILED)


def _tell(report: "Report", *, written: bool) -> None:
    for fault in report.broken:
        typer.echo(f"breaks    {fault}")
    for path in report.stale:
        typer.echo(f"{'written' if written else 'stale':<9} {path.relative_to(ROOT)}")
    if report.broken:
        typer.echo(BROKEN_ADVICE)
    elif report.stale:
        typer.echo(WRITTEN_ADVICE if written else "Run ./sixsteps contracts and commit what it writes.")
    else:
        typer.echo("Schemas, examples, AsyncAPI documents and README tables are up to date.")


def _tell_json(report: "Report", *, written: bool) -> None:
    paths = [str(path.relative_to(ROOT)) for path in report.stale]
    told = {"written": paths if written else [], "stale": [] if written else paths, "broken": list(report.broken)}
    typer.echo(json.dumps(told, indent=2))
