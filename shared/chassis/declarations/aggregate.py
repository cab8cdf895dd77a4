"""One row of a service's table of aggregates: who decides what, and who may look."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor, Facts, Look
from shared.chassis.declarations.hints import members, parameters
from shared.chassis.declarations.state import State

S = TypeVar("S", bound=State)
C = TypeVar("C", bound=Command)
F = TypeVar("F", bound=Facts)
E = TypeVar("E", bound=Event)

GatherFacts = Callable[..., Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Attachment:
    """Files of one aggregate: uploaded at `/v1/<path>/{id}/files`, stored first, then `command` is asked.

    `command` must have the fields `file_id`, `file_name`, `sha256`, `size` (bytes) and `media_type`. The type is read
    from the content; only `media_types` are taken, up to `max_bytes`.
    """

    command: type[Command]
    media_types: frozenset[str]
    max_bytes: int


@dataclass(frozen=True, kw_only=True)
class Aggregate(Generic[S, C, F, E]):
    """Ties one module of `domain/` to its name and its readers.

    `name` gives the stream (`<name>-<id>`) and the id's field (`<name>_id`, hyphens as underscores); `path` the place
    in the API. `decide` raises only a Refusal and may return nothing (asked twice, done once); `evolve` is total.
    Commands, events and the class of the facts are read from the annotations of these two functions.

    `unit` and `person` name the field (of the state, and of the commands that create) which says to which unit or
    person the thing belongs: that is what a role that reaches only so far is compared with, and the unit's id is the
    key by which the stream's events are ordered on the topic. `identity` makes the id of a new thing out of what makes
    it unique: it is given the command and the region. `reserves` names a command of another stream of the same service
    that must be accepted first, under the same cause; it must be one that may be asked twice. A thing `across_regions`
    is decided by one stream for everybody; it cannot be looked at from outside. `facts` looks up what `decide` wants
    to be told; a third parameter, if there is one, gets the region. `shows` says what of the state is
    public; a second parameter, if there is one, gets the viewer. `history_read_by` says who may see who did what to
    it, where that is not for everybody who may look at the thing.
    """

    name: str
    path: str
    decide: Callable[[S, C, F], Sequence[E]]
    evolve: Callable[[S, E], S]
    read_by: Access
    facts: GatherFacts | None = None
    unit: str | None = None
    person: str | None = None
    identity: Callable[[Any, str], str] | None = None
    reserves: Mapping[type[Command], Callable[[Any, str], Command]] = field(default_factory=dict)
    across_regions: bool = False
    attachment: Attachment | None = None
    shows: Callable[..., Mapping[str, Any]] | None = None
    history_read_by: Access | None = None

    @cached_property
    def state(self) -> type[S]:
        """The class of the state, from `decide`."""
        found: type[S] = parameters(self.decide)[0]
        return found

    @cached_property
    def commands(self) -> tuple[type[Command], ...]:
        """Every command that `decide` takes."""
        return members(parameters(self.decide)[1])

    @cached_property
    def facts_class(self) -> type[Facts]:
        """The class of the facts that `decide` wants to be told."""
        found: type[Facts] = parameters(self.decide)[2]
        return found

    @cached_property
    def events(self) -> tuple[type[Event], ...]:
        """Every event that `evolve` takes."""
        return members(parameters(self.evolve)[1])

    @cached_property
    def shows_to(self) -> Callable[[S, Actor], Mapping[str, Any]]:
        """What of the state this viewer may see."""
        shows = self.shows
        if shows is None:
            return lambda state, _viewer: state.model_dump(mode="json")
        return shows if len(signature(shows).parameters) > 1 else lambda state, _viewer: shows(state)

    @cached_property
    def gather(self) -> Callable[[C, Look, str], Awaitable[Mapping[str, Any]]] | None:
        """What looks the facts up: given the command, the way to other streams, and the region."""
        facts = self.facts
        if facts is None or len(signature(facts).parameters) > 2:  # noqa: PLR2004 - the third is the region
            return facts
        return lambda command, look, _region: facts(command, look)

    @property
    def audited_by(self) -> Access:
        """Who may see who did what to it, when and why."""
        return self.read_by if self.history_read_by is None else self.history_read_by

    @property
    def id_field(self) -> str:
        """The field of every command that names the stream."""
        return self.name.replace("-", "_") + "_id"

    def stream(self, thing_id: str) -> str:
        """The name of the stream of one thing."""
        return f"{self.name}-{thing_id}"
