"""`./sixsteps ops rights`: who may do what on the broker, as the code says it."""

from dataclasses import asdict
from typing import Annotated

import typer

from deploy.ops.asking import AsJson, Data, Stack, answered, busy, chosen, print_json

commands = typer.Typer()


@commands.command()
def rights(
    user: Annotated[list[str] | None, typer.Option(help="Who a service signs in as: enrolment=svc-enrolment")] = None,
    give: Annotated[bool, typer.Option("--give", help="Let the broker know; needs a super user's settings.")] = False,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Say what each service may do on the broker, as lines for kafka-acls.sh; with --give let the broker know.

    0 told, or given; 3 Kafka cannot be reached.
    """
    from deploy.ops import rights as of_services

    users = dict(_pair(each) for each in user or [])
    platform = chosen(data, stack)
    with busy("Giving rights" if give else "Reading the code"):
        found = answered((of_services.given if give else of_services.rights)(platform, users))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        typer.echo("\n".join(of_services.command_of(each) for each in found))


def _pair(told: str) -> tuple[str, str]:
    name, equals, user = told.partition("=")
    if not equals:
        raise typer.BadParameter("write --user service=name")
    return name, user
