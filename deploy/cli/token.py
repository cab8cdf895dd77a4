"""`./sixsteps token`: a token for trying the platform out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.events import roles

commands = typer.Typer()

ROLES = (roles.COORDINATOR, roles.FACILITATOR, roles.MANAGER, roles.REPRESENTATIVE, roles.MEMBER, roles.OPERATOR)
DEFAULT_DATA = Path(".sixsteps") / "up"


@commands.command()
def token(
    role: Annotated[list[str], typer.Argument(help=f"One or more of {', '.join(ROLES)}.")],
    person: Annotated[str, typer.Option(help="The person's id.")] = "",
    region: Annotated[list[str] | None, typer.Option(help="A region; may be given more than once.")] = None,
    home: Annotated[list[str] | None, typer.Option(help="A home's id; may be given more than once.")] = None,
    data: Annotated[Path, typer.Option(help="The folder of `./sixsteps up`.")] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print the token with what it says, as JSON.")] = False,
) -> None:
    """Print a token for these roles, believed by what `./sixsteps up` runs. Never for a real deployment."""
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
    made = LocalIssuer(data).token(who["person"], roles=role, regions=who["regions"], homes=who["homes"])
    typer.echo(json.dumps({**who, "token": made}) if as_json else made)
