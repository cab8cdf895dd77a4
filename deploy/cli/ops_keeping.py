"""`./sixsteps ops` for what must not be lost: taking out, putting back, the drill, and making a topic anew."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.codes import Exit
from deploy.ops.asking import AsJson, Data, Service, Services, Stack, answered, busy, chosen, print_json, say

if TYPE_CHECKING:
    from deploy.ops.drill import Drill

commands = typer.Typer()
drills = typer.Typer(name="drill", help="Practise for the day when something is lost.", no_args_is_help=True)
commands.add_typer(drills)

Folder = Annotated[Path, typer.Argument(help="Where the archive lies; free text is in it in clear.")]


@commands.command()
def backup(
    folder: Folder, service: Services = None, data: Data = None, stack: Stack = None, as_json: AsJson = False
) -> None:
    """Take every service's database out into a folder, beside the live services.

    0 done, 3 something cannot be reached.
    """
    from deploy.ops.archive import backed_up

    platform = chosen(data, stack, service)
    with busy(f"Taking out {', '.join(platform)}") as tell:
        taken = answered(backed_up(platform, folder, tell))
    if as_json:
        print_json(asdict(taken))
    else:
        typer.echo(f"{taken.documents:,} documents in {taken.seconds:.1f} s: {folder}")


@commands.command()
def restore(
    folder: Folder, service: Services = None, data: Data = None, stack: Stack = None, as_json: AsJson = False
) -> None:
    """Put an archive back into empty databases, and let every reader read from the beginning. Services must be stopped.

    Stopped on the way it may be run again: what is back already stays.

    0 all of it is back, 1 it is not what the archive says, 2 nothing to put back or no room, 3 something is away.
    """
    from deploy.ops.archive import contents, differences, restored
    from deploy.ops.rereading import reread

    platform = chosen(data, stack, service)
    with busy(f"Putting back {', '.join(platform)}") as tell:
        taken = answered(restored(platform, folder, tell))
        tell("sending the readers to the beginning")
        groups = answered(reread(platform))
    kept = {name: lots for name, lots in contents(folder).items() if name in platform}
    different = differences(kept, taken.lots)
    if as_json:
        print_json({"documents": taken.documents, "seconds": taken.seconds, "groups": groups, "different": different})
    else:
        typer.echo(f"{taken.documents:,} documents in {taken.seconds:.1f} s; {len(groups)} readers begin anew")
    _differ(different)
    say("Next: start the services, then ./sixsteps ops audit")


@drills.command(name="restore")
def restore_drill(
    folder: Annotated[Path, typer.Option(help="Where the archive goes; it stays.")] = Path(".sixsteps") / "drill",
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Destroy and put back the databases themselves; stop the services first.")
    ] = False,
    stopped: Annotated[
        bool, typer.Option("--stopped", help="The services are stopped, though nobody can see it from here.")
    ] = False,
    service: Services = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Back up, destroy, restore, and compare counts and hashes; prints how long each step took.

    Beside the live databases unless --in-place is said. 0 all came back, 1 it did not or a service still runs,
    3 something cannot be reached.
    """
    from deploy.ops.drill import drilled, drilled_in_place

    platform = chosen(data, stack, service)
    with busy(f"Drilling with {', '.join(platform)}") as tell:
        if in_place:
            found = answered(drilled_in_place(platform, folder, tell, stopped=stopped))
        else:
            found = answered(drilled(platform, folder, tell))
    print_json(_plain(found)) if as_json else _tell_drill(found)
    _differ(found.different)


def _plain(found: "Drill") -> dict[str, Any]:
    return {name: told for name, told in asdict(found).items() if name != "lots"}


def _tell_drill(found: "Drill") -> None:
    typer.echo(f"{found.documents:,} documents in {found.collections} collections")
    for step, seconds in found.seconds.items():
        typer.echo(f"{step:<10} {seconds:6.1f} s")
    typer.echo("equal: counts and hashes of every collection" if not found.different else "not equal")


def _differ(different: Sequence[str]) -> None:
    for sentence in different:
        say(sentence)
    if different:
        raise typer.Exit(Exit.CHECK_FAILED)


@commands.command()
def republish(
    service: Service,
    everything: Annotated[bool, typer.Option("--all", help="Send all of it, not only what the topic lacks.")] = False,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Make a service's topic anew from its journal: sends what the topic lacks, each stream in order.

    The topic must be there: ./sixsteps topics makes it. 0 done, 3 something cannot be reached; then run it again.
    """
    from deploy.ops.republish import republished

    settings = chosen(data, stack, [service])[service]
    with busy(f"Republishing {service}") as tell:

        def so_far(sent: int) -> None:
            tell(f"Republishing {service}: {sent:,} events")

        found: Any = answered(republished(service, settings, everything=everything, tell=so_far))
    if as_json:
        print_json(asdict(found))
    else:
        typer.echo(f"{found.streams:,} streams, {found.events:,} events; sent {found.sent:,}; {found.cards:,} cards")
