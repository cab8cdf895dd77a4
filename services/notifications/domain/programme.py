"""A programme version as messages speak of it: what it calls its requirements. The version itself is enrolment's."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from pydantic import Field

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import TitlesLearned


class Programme(State):
    """The titles by key."""

    titles: dict[str, str] = Field(default_factory=dict)


class LearnTitles(Command):
    """Know what a programme version calls its requirements; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    programme_id: Key
    titles: dict[str, str]


ProgrammeCommand = LearnTitles
ProgrammeEvent = TitlesLearned


def decide(programme: Programme, command: ProgrammeCommand, facts: Facts) -> Sequence[ProgrammeEvent]:  # noqa: ARG001 - the rules need no facts
    """A version never changes once published, so its titles, if it has any, are learned once. Refuses nothing."""
    match command:
        case LearnTitles():
            return [] if programme.titles or not command.titles else [TitlesLearned(**command.model_dump())]
        case _:
            assert_never(command)


def evolve(programme: Programme, event: ProgrammeEvent) -> Programme:
    """The programme after this event."""
    match event:
        case TitlesLearned():
            return replace(programme, titles=event.titles)
        case _:
            assert_never(event)
