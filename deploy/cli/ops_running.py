"""`./sixsteps ops` for running it: read-only mode, and a region more."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.codes import Exit
from deploy.local.folder import UP_FOLDER
from deploy.ops.asking import AsJson, Data, Services, Stack, answered, chosen, leave, print_json, say

commands = typer.Typer()
regions = typer.Typer(name="region", help="Regional networks.", no_args_is_help=True)
commands.add_typer(regions)


@commands.command(name="read-only")
def read_only(
    reason: Annotated[str | None, typer.Option(help="Begin; people read why. Never name a person.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Take commands again.")] = False,
    service: Services = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let people look and take nothing new, with --reason; take commands again, with --off; else say how it is.

    What was accepted before goes on. 0 told or done, 3 something cannot be reached.
    """
    from deploy.ops.closing import closed, closings, reopened

    if reason is not None and off:
        raise typer.BadParameter("begin with --reason or end with --off, not both")
    if reason is not None and not reason.strip():
        raise typer.BadParameter("say why; people read it")
    platform = chosen(data, stack, service)
    found = answered(closed(platform, reason) if reason else reopened(platform) if off else closings(platform))
    if as_json:
        print_json({name: asdict(each) if each else None for name, each in found.items()})
        return
    for name, each in found.items():
        typer.echo(f"{name:<14} {f'read-only since {each.since:%d %b %H:%M}: {each.reason}' if each else 'open'}")
    if any(found.values()):
        say("Next, when it is over: ./sixsteps ops read-only --off")


@regions.command()
def add(
    region: Annotated[str, typer.Argument(help="As it will stand in people's tokens: small letters, digits, hyphens.")],
    programme: Annotated[Path | None, typer.Option(help="A programme version (YAML); else the default one.")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="SIXSTEPS_TOKEN", help="A coordinator's of the region; made here where we may.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Where enrolment answers; needed where its settings do not say.")
    ] = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Add a region by one call, with no deployment: publishes a programme version there.

    0 it is there, 1 enrolment says no, 2 wrong usage, 3 enrolment cannot be reached.
    """
    from deploy.ops.regions import added

    settings = chosen(data, stack, ["enrolment"])["enrolment"]
    local = None if stack == "external" else _folder(data)
    found = answered(added(at or _address(settings), token or _token(region, local), region, programme))
    if as_json:
        print_json(asdict(found))
    else:
        typer.echo(f"{region}: {found.programme} is published ({found.version_id})")
    say(f"Next: let the issuer put {region} into the `regions` of people's tokens.")


def _folder(data: Path | None) -> Path | None:
    """Where a platform runs from that believes a token made here; none when it is that of the environment."""
    folder = data or UP_FOLDER
    return folder if (folder / "environment.json").exists() else None


def _address(settings: Mapping[str, str]) -> str:
    """Where enrolment answers by its settings; those of the environment cannot tell."""
    if "SIXSTEPS_HTTP_PORT" not in settings:
        leave(Exit.BAD_USAGE, "Say where enrolment answers: --at http://127.0.0.1:8001 for the compose file's.")
    return f"http://127.0.0.1:{settings['SIXSTEPS_HTTP_PORT']}"


def _token(region: str, folder: Path | None) -> str:
    """A coordinator's token of the local issuer, where its platform is the one that is asked."""
    from deploy.local.issuer import LocalIssuer
    from shared.events import roles

    if folder is None:
        leave(Exit.BAD_USAGE, "Name a coordinator's token of this region: --token, or SIXSTEPS_TOKEN.")
    return LocalIssuer(folder).token("operator", roles=[roles.COORDINATOR], regions=[region], homes=[])
