"""A policy: whenever this event, then this command."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hints import members, parameters

PolicyFunction = Callable[..., Command | None]


@dataclass(frozen=True)
class Policy:
    """A pure function without memory: `def when_home_enrolled_open_portfolio(event: HomeEnrolled) -> OpenPortfolio`.

    It asks at most one command of one stream of its own service, or none (None). A second parameter, if there is one,
    gets the `Envelope`. The function's name is the policy's name and part of the cause of what it asks: never rename
    one that has run. The first parameter may be a union of events.
    """

    function: PolicyFunction

    @property
    def name(self) -> str:
        """The name by which its commits are known."""
        return self.function.__name__

    @cached_property
    def events(self) -> tuple[type[Event], ...]:
        """The events it reacts to."""
        return members(parameters(self.function)[0])

    @cached_property
    def wants_envelope(self) -> bool:
        """Whether the function has a second parameter."""
        return len(parameters(self.function)) > 1

    def __call__(self, event: Event, envelope: Envelope) -> Command | None:
        """The command to ask, or None."""
        arguments: tuple[Any, ...] = (event, envelope) if self.wants_envelope else (event,)
        return self.function(*arguments)
