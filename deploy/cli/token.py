"""`./sixsteps token`: a token for trying the platform out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.codes import Exit
from deploy.local.folder import UP_FOLDER
from shared.events import roles

if TYPE_CHECKING:
    from deploy.local.issuer import LocalIssuer

commands = typer.Typer()

ROLES = (roles.COORDINATOR, roles.FACILITATOR, roles.MANAGER, roles.REPRESENTATIVE, roles.MEMBER, roles.OPERATOR)


@commands.command()
def token(
    role: Annotated[list[str], typer.Argument(help=f"One or more of {', '.join(ROLES)}.")],
    person: Annotated[str, typer.Option(help="The person's id.")] = "",
    region: Annotated[list[str] | None, typer.Option(help="A region; may be given more than once.")] = None,
    home: Annotated[list[str] | None, typer.Option(help="A home's id; may be given more than once.")] = None,
    data: Annotated[Path, typer.Option(help="The folder of the platform; a new one gets a key.")] = UP_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print the token with what it says, as JSON.")] = False,
) -> None:
    """Print a token for these roles, believed by what `./sixsteps up` runs. Never for a real deployment.

    0 printed, 2 wrong usage, 3 the folder cannot be written to.
    """
    from deploy.local.issuer import LocalIssuer

    wrong = sorted(set(role) - set(ROLES))
    if wrong:
        raise typer.BadParameter(f"there is no role {wrong[0]}; there are {', '.join(ROLES)}")
    who: dict[str, Any] = {
        "person": person or f"{role[0]}-1",
        "roles": role,
        "regions": region or ["north"],
        "homes": home or [],
    }
    made = _made(LocalIssuer(data), who)
    typer.echo(json.dumps({**who, "token": made}) if as_json else made)


def _made(issuer: "LocalIssuer", who: dict[str, Any]) -> str:
    new = not issuer.has_key
    try:
        token = issuer.token(who["person"], roles=who["roles"], regions=who["regions"], homes=who["homes"])
    except OSError as failed:
        typer.echo(f"sixsteps: {failed.filename} cannot be written: {failed.strerror}.", err=True)
        raise typer.Exit(Exit.UNREACHABLE) from failed
    if new:
        where = issuer.folder / "jwks.json"
        typer.echo(f"A new key was made: this token counts only where services are told of {where}.", err=True)
    return token
