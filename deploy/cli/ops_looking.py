"""`./sixsteps ops` for looking closely: what a request led to, and whether one home's rows are what history says."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.codes import Exit
from deploy.ops.asking import AsJson, Data, Services, Stack, answered, busy, chosen, print_json, say

if TYPE_CHECKING:
    from shared.chassis.reading.rebuilding import Compared

commands = typer.Typer()


@commands.command()
def trace(
    correlation: Annotated[str, typer.Argument(help="The Correlation-Id that every answer and log line carries.")],
    service: Services = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Follow one request through all services: commands, events, reactions, refusals, in order.

    0 found, 1 nothing carries this id, 3 something cannot be reached.
    """
    from deploy.ops.showing import show_trace
    from deploy.ops.tracing import traced

    with busy(f"Following {correlation}"):
        found = answered(traced(chosen(data, stack, service), correlation))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        show_trace(found)
    if not found:
        say("Nothing carries this correlation id.")
        raise typer.Exit(Exit.CHECK_FAILED)


@commands.command()
def projection(
    home: Annotated[str, typer.Option(help="The home's id.")],
    verify: Annotated[bool, typer.Option("--verify", help="Compare with history; the only thing it does.")] = True,
    service: Services = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Fold one home's history anew and compare every row that it alone feeds; changes nothing.

    0 equal, 1 rows differ or the home has none, 3 something cannot be reached.
    """
    from deploy.ops.rebuild import verified_of_key
    from deploy.ops.showing import show_compared
    from deploy.services import manifest

    del verify
    platform, found = chosen(data, stack, service), {}
    for name, settings in platform.items():
        with busy(f"Comparing {home} in {name}"):
            found[name] = answered(verified_of_key(manifest(name), settings, home))
    if as_json:
        print_json({name: {view: asdict(each) for view, each in views.items()} for name, views in found.items()})
    else:
        show_compared(found)
    _advise(found)


def _advise(found: Mapping[str, Mapping[str, "Compared"]]) -> None:
    """Say what to do next. Leaves with 1 when rows differ, and when there are none."""
    if not any(each.rows for views in found.values() for each in views.values()):
        say("This home feeds no row. Is it the id that enrolment gave it?")
        raise typer.Exit(Exit.CHECK_FAILED)
    wrong = [(name, view) for name, views in found.items() for view, each in views.items() if each.different]
    for name, view in wrong:
        say(f"Next: ./sixsteps ops rebuild {name} {view}")
    if wrong:
        raise typer.Exit(Exit.CHECK_FAILED)
