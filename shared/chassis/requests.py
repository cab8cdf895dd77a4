"""What goes into the handling of a command, and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.state import State

Permit = Callable[[str | None, str | None], None]
"""Gets the unit and the person that the thing belongs to; raises NotPermitted when this actor may not."""


@dataclass(frozen=True)
class Request:
    """One command with all that is known about the asking.

    `cause` is scoped by its maker so that two askers never meet; `fingerprint` is the sha256 of what was asked.
    `region` is where a new thing will live; an existing thing must lie in one of the actor's regions. `expected` is the
    version that the asker has seen (If-Match), if that matters to them.
    """

    command: Command
    cause: str
    fingerprint: str
    actor: Actor
    region: str | None
    correlation_id: str
    causation_id: str
    trace: str | None = None
    expected: int | None = None
    permit: Permit | None = None


def reservation_cause(cause: str, stream: str) -> str:
    """The cause of what had to be accepted first, elsewhere, for the command of this cause in this stream."""
    return f"{cause}:{stream}"


@dataclass(frozen=True)
class Stored:
    """A thing as its stream says it is: version = revision of the last commit (1, 2, 3 …)."""

    aggregate: Aggregate[Any, Any, Any, Any]
    thing_id: str
    region: str
    key: str
    state: State
    version: int
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a command came to.

    `thing` is the state as of the commit that the request caused; `new` is False when it was done before, or when
    there was nothing to do. `asker` is the id of who asked for that commit: a repeat can tell whose it was.
    """

    thing: Stored
    new: bool
    asker: str | None = None
