"""A view: something to look at, folded from events; rebuildable; no rule reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.hearing import Hearing
from shared.chassis.declarations.hints import members, parameters


class Row(BaseModel):
    """One thing to look at. Immutable; the chassis keeps its region and what has fed it beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class View(Generic[R]):
    """Served at `GET /v1/<path>`; one row at `GET /v1/<path>/{key}` unless an aggregate has that path.

    `key` says which row an event belongs to (None: none); `fold` gives the new row (None: the row goes). A third
    parameter of `fold`, if there is one, gets the `Envelope`. A row belongs to one thing and is fed by few streams;
    streams arrive in any order relative to one another, so folding must come to the same end in any such order.
    `filters` are the fields that may be asked for by equality; rows are ordered by `order`, then by key. `until` names
    the field (a date or a moment) of which rows may be asked for up to a value: `?until=2026-03-01T09:00:00Z`.

    A `public` view is one list for all regions to those without a token; what they get may be kept by any cache for
    `public_seconds`.

    `card` names the field with the person whose contact card is wanted; `present` then shapes what one viewer sees
    (row, the card's fields or None, viewer) and may hide the row by None.
    """

    path: str
    key: Callable[[Any], str | None]
    fold: Callable[..., R | None]
    read_by: Access
    filters: tuple[str, ...] = ()
    order: str
    until: str | None = None
    public_seconds: int | None = None
    unit: str | None = None
    person: str | None = None
    card: str | None = None
    present: Callable[[R, Mapping[str, Any] | None, Actor], Mapping[str, Any] | None] | None = None

    @cached_property
    def row(self) -> type[R]:
        """The class of the rows, from the first parameter of `fold`."""
        found: type[R] = members(parameters(self.fold)[0])[0]
        return found

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events that feed it, from the second parameter of `fold`."""
        return self._hearing.events

    def next_row(self, row: R | None, event: Event, envelope: Envelope) -> R | None:
        """The row after this event."""
        found: R | None = self._hearing(row, event, envelope=envelope)
        return found

    @cached_property
    def _hearing(self) -> Hearing:
        return Hearing(self.fold)
