"""`./sixsteps ops rights`: who may do what on the broker, as the code says it."""

from dataclasses import asdict
from typing import Annotated

import typer

from deploy.ops.asking import AsJson, Data, Stack, answered, busy, chosen, paired, print_json, say
from deploy.services import NAMES

commands = typer.Typer()


@commands.command()
def rights(
    user: Annotated[
        list[str] | None,
        typer.Option(help="Who signs in as whom: enrolment=svc-enrolment, topics=jobs, operator=ada"),
    ] = None,
    give: Annotated[bool, typer.Option("--give", help="Let the broker know; needs a super user's settings.")] = False,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Say who may do what on the broker, as lines for kafka-acls.sh; with --give let the broker know.

    Who: each service, the topics job, and the operator, for these commands. Roles in MongoDB go to standard error.

    0 told, or given; 1 Kafka does not take one; 2 wrong usage; 3 Kafka cannot be reached.
    """
    from deploy.ops import rights as of_services
    from deploy.ops.database_roles import database_roles

    users = paired(user, "--user service=name", (*NAMES, of_services.TOPICS_JOB, of_services.OPERATOR))
    platform = chosen(data, stack)
    with busy("Giving rights" if give else "Reading the code"):
        found = answered((of_services.given if give else of_services.rights)(platform, users))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        typer.echo("\n".join(of_services.command_of(each) for each in found))
    for each in database_roles(platform, users):
        say(f"In MongoDB: {each.user} {each.role} on {each.database}")
