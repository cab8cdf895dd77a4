"""How the operators' commands are asked and answer: their options, which platform, and failures as plain sentences."""

import asyncio
import json
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import typer
from rich.console import Console

from deploy.cli.codes import Exit
from deploy.local.environment import Environments
from deploy.ops.environments import NoPlatform, environments
from deploy.services import NAMES

T = TypeVar("T")

Data = Annotated[
    Path | None, typer.Option(help="Folder of a running platform. Else that of `./sixsteps up`, else the environment.")
]
Stack = Annotated[
    Literal["external"] | None, typer.Option(help="external: take all addresses from SIXSTEPS_… in the environment.")
]
Services = Annotated[list[str] | None, typer.Option("--service", help="Only this service; may be repeated.")]
Service = Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

aside = Console(stderr=True, highlight=False)
"""For what is being done and what to do next; standard output holds the answer only."""


def chosen(data: Path | None, stack: str | None, services: Sequence[str] | None = None) -> Environments:
    """The settings of the services asked for. Leaves with 2 when there is no such service or no platform."""
    wrong = sorted(set(services or ()) - set(NAMES))
    if wrong:
        raise typer.BadParameter(f"there is no service {wrong[0]}; there are {', '.join(NAMES)}")
    try:
        found = environments(data, external=stack == "external")
    except NoPlatform as nothing:
        leave(Exit.BAD_USAGE, str(nothing), nothing)
    return {name: settings for name, settings in found.items() if name in (services or NAMES)}


def answered(work: Coroutine[Any, Any, T]) -> T:
    """The answer of this work. Leaves with the code and the sentence of `deploy.ops.failures` when there is none."""
    from deploy.ops.failures import EXPECTED, told
    from shared.chassis.operating import quieten

    quieten()
    try:
        return asyncio.run(work)
    except EXPECTED as failure:
        leave(*told(failure), failure)


def paired(told: Sequence[str] | None, form: str, known: Sequence[str] = NAMES) -> dict[str, str]:
    """What was said as `service=value`, by service. Leaves with 2 for another form, and for a service there is not."""
    found: dict[str, str] = {}
    for each in told or ():
        name, equals, value = each.partition("=")
        if not (equals and value):
            raise typer.BadParameter(f"write {form}")
        if name not in known:
            raise typer.BadParameter(f"there is no service {name}; there are {', '.join(known)}")
        found[name] = value
    return found


def leave(code: Exit, sentence: str, why: Exception | None = None) -> NoReturn:
    """Say why, and leave with this code."""
    aside.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code) from why


def say(sentence: str) -> None:
    """What is being done, or what to do next."""
    aside.print(sentence, markup=False, soft_wrap=True)


@contextmanager
def busy(sentence: str) -> Iterator[Any]:
    """Say what is being done, and let the block say how far it is."""
    say(sentence)
    with aside.status(sentence) as status:
        yield lambda words: status.update(f"{words} …")


def print_json(answer: Any) -> None:
    """The answer for programs."""
    typer.echo(json.dumps(answer, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else list(value)
