"""An errand: whenever this event, call the world outside, at most once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Look
from shared.chassis.declarations.hints import members, parameters


class Tools(Protocol):
    """What an errand or a query may use: other streams of its service, contact cards, texts, and the gateways."""

    look: Look

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        """The person's contact card, or None when it is not known or erased."""
        ...

    async def text(self, document_id: str) -> str | None:
        """A free text, or None when it was redacted."""
        ...

    def gateway(self, name: str) -> Any:
        """The gateway that the service registered under this name."""
        ...


class ErrandTools(Tools, Protocol):
    """What an errand may use. It belongs to the region of its event; what lies in another region is not there."""

    async def addressee(self, person_id: str) -> Mapping[str, Any] | None:
        """The card of the person who is called, in whatever region they are registered; to be shown to nobody else.

        A person may be at home in two regions and has one card.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Three steps, each a command: `claim` before anything leaves, `run` the call, and the command it returns.

    When the claim is not new (a process died between claim and outcome, or the event came again while another runs),
    nothing is called: `interrupted` says which command records that the outcome is unknown; it must change nothing when
    an outcome is already recorded. `run` returns the command that records the outcome; it raises nothing it can name
    itself.
    """

    name: str
    claim: Callable[[Any], Command]
    run: Callable[[Any, ErrandTools], Awaitable[Command]]
    interrupted: Callable[[Any], Command]

    @cached_property
    def events(self) -> tuple[type[Event], ...]:
        """The events that send it on its way."""
        return members(parameters(self.claim)[0])
