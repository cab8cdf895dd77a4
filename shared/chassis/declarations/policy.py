"""A policy: whenever this event, then this command."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hearing import Hearing

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

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events it reacts to."""
        return self._hearing.events

    def __call__(self, event: Event, envelope: Envelope) -> Command | None:
        """The command to ask, or None."""
        asked: Command | None = self._hearing(event, envelope=envelope)
        return asked

    @cached_property
    def _hearing(self) -> Hearing:
        return Hearing(self.function)
