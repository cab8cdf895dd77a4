"""How a declared function hears of an event: its annotations say of which, and whether it wants the envelope too."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hints import members, parameters


@dataclass(frozen=True)
class Hearing:
    """A function whose last parameter is the event (or a union of them), with an `Envelope` behind it if it wants one.

    Raises TypeError when a parameter has no annotation.
    """

    function: Callable[..., Any]

    @cached_property
    def events(self) -> tuple[type[Event], ...]:
        """The events it hears of."""
        return members(self._parameters[-2 if self._wants_envelope else -1])

    def __call__(self, *known: Any, envelope: Envelope) -> Any:
        """Its answer to what it knows, the event being the last."""
        return self.function(*known, envelope) if self._wants_envelope else self.function(*known)

    @cached_property
    def _wants_envelope(self) -> bool:
        return self._parameters[-1] is Envelope

    @cached_property
    def _parameters(self) -> tuple[Any, ...]:
        return parameters(self.function)
