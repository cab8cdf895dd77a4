"""Given what happened, when this is asked, then that happens: an aggregate's rules told as a test.

    cohort = Scenario(COHORTS)
    cohort.given(planned, assigned).when(OpenCohort(cohort_id="c1")).then(opened)
    cohort.given(planned).when(OpenCohort(cohort_id="c1")).then_refused(NoLeadFacilitator)

Every state on the way must survive a snapshot (JSON and back), or the test fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor, DocumentRef
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State
from shared.chassis.documents import free_texts
from tests.support.command_events import note

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
SOMEBODY = Actor(kind="person", id="somebody")
REGION = "north-west"


def document(command: Command, field_name: str) -> DocumentRef:
    """Return the reference that the scenario hands to `decide` for one free text of the command."""
    return DocumentRef(document_id=derived_id(type(command).__name__, field_name), sha256="0" * 64)


@dataclass(frozen=True)
class Answer:
    """What came of the asking: events, or the reason why not. Failing expectations are assertion errors."""

    aggregate: Aggregate[Any, Any, Any, Any]
    before: State
    events: tuple[Event, ...] = ()
    refusal: Refusal | None = None

    @property
    def state(self) -> Any:
        """The state after the command."""
        return _folded(self.aggregate, self.before, self.events)

    def then(self, *expected: Event) -> "Answer":
        """Expect exactly these events, in this order."""
        if self.refusal is not None:
            pytest.fail(f"refused: {self.refusal.code()} {self.refusal.field or ''} {self.refusal.details}")
        assert list(self.events) == list(expected)
        assert isinstance(self.state, State)
        return self

    def then_nothing(self) -> "Answer":
        """Expect neither event nor refusal: it was done already."""
        return self.then()

    def then_happened(self, *kinds: type[Event]) -> "Answer":
        """Expect events of exactly these classes, in this order, whatever they carry."""
        if self.refusal is not None:
            pytest.fail(f"refused: {self.refusal.code()} {self.refusal.field or ''} {self.refusal.details}")
        assert [type(event) for event in self.events] == list(kinds)
        assert isinstance(self.state, State)
        return self

    def then_refused(self, reason: type[Refusal], **expected: Any) -> Refusal:
        """Expect a refusal for exactly this reason, with `expected` among the details that go out.

        `field=` is compared with the field at fault.
        """
        if self.refusal is None:
            pytest.fail(f"not refused, but {[type(event).__name__ for event in self.events]}")
        assert type(self.refusal) is reason
        told = {**self.refusal.details, "field": self.refusal.field}
        assert {name: told.get(name) for name in expected} == expected
        return self.refusal


@dataclass(frozen=True)
class Scenario:
    """One aggregate and what has happened to it so far."""

    aggregate: Aggregate[Any, Any, Any, Any]
    history: tuple[Event, ...] = ()
    now: datetime = NOW
    actor: Actor = SOMEBODY
    looked_up: Mapping[str, Any] = field(default_factory=dict)
    folded: State | None = field(default=None, repr=False, compare=False)

    def given(self, *events: Event) -> "Scenario":
        """Add events that happened before, after those that are given already, and are not folded again."""
        folded = _folded(self.aggregate, self.state, events)
        return replace(self, history=(*self.history, *events), folded=folded)

    def at(self, now: datetime) -> "Scenario":
        """Tell the same at another moment."""
        return replace(self, now=now)

    def by(self, actor: Actor) -> "Scenario":
        """Tell the same with somebody else asking."""
        return replace(self, actor=actor)

    def knowing(self, **facts: Any) -> "Scenario":
        """Add facts that were looked up to those known already."""
        return replace(self, looked_up={**self.looked_up, **facts})

    @property
    def state(self) -> Any:
        """The state that the rules see."""
        return self.aggregate.state() if self.folded is None else self.folded

    def when(self, command: Command, facts: Mapping[str, Any] | None = None) -> Answer:
        """Ask; `facts` are added to what is known. Whatever is raised but a Refusal is a bug."""
        told: dict[str, Any] = {
            "now": self.now,
            "actor": self.actor,
            "region": REGION,
            "documents": _documents(command),
        }
        given = self.aggregate.facts_class(**{**told, **self.looked_up, **(facts or {})})
        before = self.state
        try:
            events = tuple(self.aggregate.decide(before, command, given))
        except Refusal as refusal:
            return Answer(self.aggregate, before, refusal=refusal)
        note(command, events)
        return Answer(self.aggregate, before, events)


def _folded(aggregate: Aggregate[Any, Any, Any, Any], state: Any, events: tuple[Event, ...]) -> Any:
    after = reduce(aggregate.evolve, events, state)
    assert type(after).model_validate_json(after.model_dump_json()) == after, "a snapshot loses something"
    return after


def _documents(command: Command) -> dict[str, DocumentRef]:
    texts = [name for name in free_texts(type(command)) if getattr(command, name) is not None]
    return {name: document(command, name) for name in texts}
