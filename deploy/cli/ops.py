"""`./sixsteps ops`: for who looks after a platform. What each command is for stands in docs/operations.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli import ops_keeping, ops_looking, ops_parked, ops_rights, ops_running
from deploy.cli.codes import Exit
from deploy.local.folder import as_option
from deploy.ops.asking import AsJson, Data, Service, Services, Stack, answered, busy, chosen, paired, print_json, say
from deploy.services import manifest

if TYPE_CHECKING:
    from deploy.ops.status import ServiceStatus
    from shared.chassis.auditing import Audit
    from shared.chassis.drivers.topic_facts import TopicFacts

commands = typer.Typer(name="ops", help="Look after a running platform.", no_args_is_help=True)
for part in (ops_parked, ops_rights, ops_keeping, ops_looking, ops_running):
    commands.add_typer(part.commands)


@commands.command()
def status(
    service: Services = None,
    at: Annotated[list[str] | None, typer.Option(help="Where a service answers: enrolment=https://…")] = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Say how each service is: answering, ready, lag, unrelayed, parked, held up, due.

    0 all is well, 1 something needs you, 3 database or broker cannot be reached.
    """
    from deploy.ops.showing import show_statuses
    from deploy.ops.status import statuses

    addresses = paired(at, "--at service=address")
    platform = chosen(data, stack, service)
    with busy(f"Asking {', '.join(platform)}"):
        found = answered(statuses(platform, addresses))
    if as_json:
        print_json([each.as_json() for each in found])
    else:
        show_statuses(found)
    _leave_by(found)


def _leave_by(found: Sequence["ServiceStatus"]) -> None:
    """Say what to do next, and leave with the code that tells how it is."""
    from deploy.ops.status import RIGHTS

    gone = {each.service: [name for name in each.away if name != RIGHTS] for each in found}
    for each in found:
        if gone[each.service]:
            say(f"{each.service}: the {' and the '.join(gone[each.service])} cannot be reached.")
        if RIGHTS in each.away:
            say(f"{each.service}: this user may not see how far its readers are: ./sixsteps ops rights")
    if any(each.lacks_topics for each in found):
        say("Next: ./sixsteps ops topics")
    if any(each.kept and (each.kept.blocked or each.kept.gaps) for each in found):
        say("Next: ./sixsteps ops parked list")
    if any(gone.values()):
        raise typer.Exit(Exit.UNREACHABLE)
    if any(each.needs_attention for each in found):
        raise typer.Exit(Exit.CHECK_FAILED)


@commands.command()
def topics(service: Services = None, data: Data = None, stack: Stack = None, as_json: AsJson = False) -> None:
    """Say what topics there are, with their partitions, records and settings.

    0 all are there, 1 one is missing or Kafka does not tell its settings, 3 Kafka cannot be reached.
    """
    from deploy.ops.showing import show_topics
    from deploy.ops.topics import described_topics

    with busy("Asking Kafka about the topics"):
        found = answered(described_topics(chosen(data, stack, service)))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        show_topics(found)
    _leave_by_topics(found, as_option(data) if data else "")


def _leave_by_topics(found: Sequence["TopicFacts"], folder: str) -> None:
    """Say what to do next, and leave with 1 when something is missing or was not told."""
    missing = [each.name for each in found if not each.partitions]
    withheld = [each.name for each in found if each.withheld]
    if missing:
        say(f"Next: ./sixsteps topics{folder} makes what is missing.")
        say("Where everybody signs in: what this user may not see looks missing too; ./sixsteps ops rights")
    if withheld:
        say(f"Kafka does not tell the settings of {', '.join(withheld)}: this user lacks DescribeConfigs there.")
        say("Next: sign in as the operator; ./sixsteps ops rights says what that user may do.")
    if missing or withheld:
        raise typer.Exit(Exit.CHECK_FAILED)


@commands.command()
def rebuild(
    service: Service,
    view: Annotated[str, typer.Argument(help="The view by its path, or `deadlines` for all of them.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only compare with history; change nothing.")] = False,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Fold a view anew from all history, beside the live service; with --verify only compare.

    0 done, or equal; 1 rows differ or a stream had to stop; 3 something cannot be reached.
    """
    settings = chosen(data, stack, [service])[service]
    doing = f"{'Comparing' if verify else 'Rebuilding'} {view} of {service}"
    with busy(doing) as tell:
        found = answered(_folded(verify, service, settings, view, lambda events: tell(f"{doing}: {events:,} events")))
    outcome = asdict(found)
    if as_json:
        print_json(outcome)
    else:
        _tell_rebuild(outcome)
    if outcome["stopped"]:
        say("Some streams stopped before their end: ./sixsteps ops parked list")
    if outcome.get("different"):
        say(f"Next: ./sixsteps ops rebuild {service} {view}")
    if outcome["stopped"] or outcome.get("different"):
        raise typer.Exit(Exit.CHECK_FAILED)


async def _folded(
    verify: bool, service: str, settings: Mapping[str, str], view: str, tell: Callable[[int], None]
) -> Any:
    from deploy.ops.rebuild import rebuilt, verified

    return await (verified if verify else rebuilt)(manifest(service), settings, view, tell)


def _tell_rebuild(outcome: dict[str, object]) -> None:
    for name, told in outcome.items():
        if isinstance(told, list | dict):
            typer.echo(f"{name:<10} {len(told)}" + (f": {', '.join(sorted(told)[:10])}" if told else ""))
        else:
            typer.echo(f"{name:<10} {told}")


@commands.command()
def audit(
    service: Services = None,
    settle: Annotated[float, typer.Option(min=0, help="Seconds to wait for what is on its way.")] = 10.0,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Read journals and topics, and say whether every promise holds; names the first violation of each stream.

    0 clean, 1 a promise does not hold, 3 something cannot be reached.
    """
    from deploy.ops.audit import audited
    from deploy.ops.showing import show_audits

    platform = chosen(data, stack, service)
    with busy(f"Auditing {', '.join(platform)}") as tell:
        found = answered(audited(platform, settle_seconds=settle, tell=tell))
    if as_json:
        print_json([{**asdict(each), "clean": each.clean} for each in found])
    else:
        show_audits(found)
    _judge(found)


def _judge(found: Sequence["Audit"]) -> None:
    """Say what was not judged, and whether all is clean; leave with 1 when not."""
    for each in found:
        if each.waiting:
            say(f"{each.service}: {each.waiting} commits are not on the topic yet. Does it run? ./sixsteps ops status")
        if each.lag:
            say(f"{each.service}: its readers lag by {each.lag}; whether they skip something was not judged.")
    clean = all(each.clean for each in found)
    say(
        "Clean: every promise holds."
        if clean
        else "Not clean. Keep the data as they are, and find out what wrote to them."
    )
    if not clean:
        raise typer.Exit(Exit.CHECK_FAILED)
