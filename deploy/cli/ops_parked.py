"""`./sixsteps ops parked`: messages that a reader could not take, and what waits behind them."""

import base64
import getpass
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.codes import Exit
from deploy.ops.asking import AsJson, Data, Service, Services, Stack, answered, busy, chosen, leave, print_json, say
from deploy.services import manifest

if TYPE_CHECKING:
    from shared.chassis.reading.replaying import Replayed

commands = typer.Typer(name="parked", help="Messages that could not be taken.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="As `ops parked list` prints it, in quotes: it has bars.")]


@commands.command(name="list")
def list_(
    service: Services = None,
    reader: Annotated[str | None, typer.Option(help="policies, views or errands.")] = None,
    stream: Annotated[str | None, typer.Option(help="<publisher>/<stream>.")] = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """List what is parked, without its bytes, and the streams that are held up.

    0 whether or not anything is parked, 3 something cannot be reached.
    """
    from deploy.ops.parked import listed
    from deploy.ops.showing import show_listing

    with busy("Looking for parked messages"):
        found = answered(listed(chosen(data, stack, service), reader, stream))
    if as_json:
        print_json(asdict(found))
        return
    show_listing(found)
    if found.messages or found.streams:
        say("Next: `ops parked show SERVICE 'ID'` (the id has bars: quote it);")
        say("after a mend `ops parked replay SERVICE READER`;")
        say("what can never be taken: `ops parked discard SERVICE 'ID' --reason …`, then replay.")
    else:
        say("Nothing is parked.")


@commands.command()
def show(
    service: Service,
    parked_id: Id,
    body: Annotated[bool, typer.Option("--body", help="Also the headers' values and the bytes.")] = False,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show one parked message: where it lay and why it is parked; its bytes only with --body.

    0 shown, 1 nothing is parked under this id, 3 something cannot be reached.
    """
    from deploy.ops.parked import shown
    from deploy.ops.showing import show_message

    settings = chosen(data, stack, [service])[service]
    with busy(f"Looking at {parked_id}"):
        found = answered(shown(manifest(service), settings, parked_id))
    if body:
        say("Careful: what cannot be read might hold what it should not. Do not pass it on.")
    if not as_json:
        show_message(found, body=body)
        return
    told = {name.strip("_"): value for name, value in found.items() if name not in ("key", "value", "headers")}
    if body:
        told["body_base64"] = _base64(found["value"])
        told["headers_base64"] = [[name, _base64(value)] for name, value in found["headers"]]
    print_json(told)


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


@commands.command()
def replay(
    service: Service,
    reader: Annotated[str, typer.Argument(help="policies, views or errands.")],
    stream: Annotated[str | None, typer.Option(help="Only this stream: <publisher>/<stream>.")] = None,
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Put parked messages back, each stream in order, beside the live service. Runs this version's code.

    0 all streams go on, 1 one stopped again, 3 something cannot be reached.
    """
    from deploy.ops.parked import replayed
    from deploy.ops.showing import show_replayed

    settings = chosen(data, stack, [service])[service]
    with busy(f"Putting back what {reader} of {service} has parked") as tell:
        try:
            work = replayed(
                manifest(service), settings, reader, stream, lambda each, of: tell(f"{each.stream} of {of}")
            )
            found = answered(work)
        except ValueError as wrong:  # a gateway says in one sentence which setting is missing or wrong
            leave(Exit.BAD_USAGE, str(wrong), wrong)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        show_replayed(found)
    _next_after(found)


def _next_after(found: Sequence["Replayed"]) -> None:
    """Say what to do next; leave with 1 when a stream stopped again."""
    if not found:
        say("No stream is held up. What has no stream can only be given up: ./sixsteps ops parked list")
    if any(each.stopped_at for each in found):
        say("Next: mend what the reason names, or `ops parked discard SERVICE 'ID' --reason …`; then replay again.")
        raise typer.Exit(Exit.CHECK_FAILED)


@commands.command()
def discard(
    service: Service,
    parked_id: Id,
    reason: Annotated[str, typer.Option(help="Why, for those who come later. Never name a person.")],
    by: Annotated[str, typer.Option(help="Who decides this; your account when left out.")] = "",
    data: Data = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Give up on the message that holds up a stream, parked or missing. Its bytes are kept with the reason.

    0 given up, 1 it is not parked or not the next of its stream, 3 something cannot be reached.
    """
    from deploy.ops.parked import discarded

    if not reason.strip():
        raise typer.BadParameter("say why, for those who come later")
    settings = chosen(data, stack, [service])[service]
    with busy(f"Giving up on {parked_id}"):
        who = by or getpass.getuser()
        stream = answered(discarded(manifest(service), settings, parked_id, reason, who))
    reader = parked_id.partition("|")[0]
    if as_json:
        print_json({"discarded": parked_id, "stream": stream, "reader": reader})
    else:
        typer.echo(f"given up: {parked_id}")
    if stream is not None:
        say(f"Next: ./sixsteps ops parked replay {service} {reader} --stream '{stream}'")
