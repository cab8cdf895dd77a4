"""A deadline: a moment at which a command is asked for, folded from events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hearing import Hearing


@dataclass(frozen=True)
class Due:
    """When (UTC), and what is then asked for."""

    at: datetime
    ask: Command


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """`key` says which moment an event concerns (None: none), `fold` gives the moment now due (None: none any more).

    A third parameter of `fold`, if there is one, gets the `Envelope`.
    The command is asked with the deadline's name, key and moment as cause, so two tickers do no harm; whether it still
    makes sense is decided again by `decide`. Never rename one that has run.
    """

    name: str
    key: Callable[[Any], str | None]
    fold: Callable[..., Due | None]

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events that set, move or lift it."""
        return self._hearing.events

    def next_due(self, due: Due | None, event: Event, envelope: Envelope) -> Due | None:
        """What is due after this event."""
        found: Due | None = self._hearing(due, event, envelope=envelope)
        return found

    @cached_property
    def _hearing(self) -> Hearing:
        return Hearing(self.fold)
