"""The portfolio service in memory: streams, facts, policies, and events that come late, again and in any order."""

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from services.portfolio.service import SERVICE
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor, DocumentRef
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State
from tests.support.command_events import note
from tests.unit.portfolio.given import NOW

T = TypeVar("T")
S = TypeVar("S", bound=State)
PLATFORM = Actor(kind="system", id="portfolio")
TEXT = DocumentRef(document_id="text", sha256="0" * 64)


class World:
    """What happened, in the order it happened; `unread` are our own events that no policy has seen yet."""

    def __init__(self) -> None:
        self.history: list[Event] = []
        self.unread: list[Event] = []
        self._states: dict[tuple[type[State], str], State] = {}
        self._rows: dict[type[Command], Aggregate[Any, Any, Any, Any]] = {
            command: row for row in SERVICE.aggregates for command in row.commands
        }

    def ask(self, command: Command, actor: Actor = PLATFORM) -> list[Event]:
        """What follows from the command, now part of history. Raises a Refusal."""
        row = self._rows[type(command)]
        name = (row.state, getattr(command, row.id_field))
        before = self._states.get(name, row.state())
        told: Mapping[str, Any] = at_once(row.facts(command, self.look)) if row.facts else {}
        facts = row.facts_class(now=NOW, actor=actor, region="north-west", documents=_texts(command), **told)
        events = list(row.decide(before, command, facts))
        note(command, events)
        for event in events:
            self._states[name] = row.evolve(self._states.get(name, row.state()), event)
        self.history += events
        self.unread += events
        return events

    def asked(self, command: Command, actor: Actor) -> bool:
        """Ask as a person does, who may be refused; True when they were not. Asked again, nothing more happens."""
        if not self._accepted(command, actor):
            return False
        before = len(self.history)
        self._accepted(command, actor)
        assert self.history[before:] == [], f"{type(command).__name__} was done twice"
        return True

    def _accepted(self, command: Command, actor: Actor) -> bool:
        try:
            self.ask(command, actor)
        except Refusal:
            return False
        return True

    def hear(self, event: Event) -> None:
        """Let every policy react to this event. A policy's command must not be refused."""
        for policy in SERVICE.reactions:
            if isinstance(event, policy.events):
                command = policy(event, envelope(event))
                if command is not None:
                    self.ask(command)

    async def look(self, state: type[S], thing_id: str) -> S | None:
        """The present state of another stream."""
        return self._states.get((state, thing_id))  # type: ignore[return-value]  # kept by the class of the state

    def known(self, state: type[S], thing_id: str) -> S:
        """The present state of a stream; as of which nothing was heard, if it is not there."""
        found = self._states.get((state, thing_id), state())
        assert isinstance(found, state)
        return found

    def of(self, kind: type[T]) -> list[T]:
        """Every event of this class that happened so far."""
        return [event for event in self.history if isinstance(event, kind)]


def envelope(event: Event, sequence: int = 1) -> Envelope:
    """The outside of an event."""
    return Envelope(
        id=f"event-{type(event).__name__}",
        type=event.type_name(),
        source="/test",
        subject="stream",
        sequence=sequence,
        time=NOW,
        region="north-west",
        key="key",
        correlation_id="correlation",
        causation_id="causation",
    )


def _texts(command: Command) -> dict[str, DocumentRef]:
    names = type(command).model_fields.keys() & {"narrative", "guidance", "reason"}
    return {name: TEXT for name in names if getattr(command, name) is not None}


def at_once(looking: Awaitable[T]) -> T:
    """The result of what waits for nothing."""
    try:
        next(looking.__await__())
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits for something")
