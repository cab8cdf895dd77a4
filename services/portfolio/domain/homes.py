"""What portfolio must know of a home as such: the place that the public register names."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import HomeNoted


class KnownHome(State):
    """Where a home is."""

    home_id: str = ""
    place: str | None = None


class NoteHome(Command):
    """Remember in which place a home is."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    home_id: Key
    place: str | None


def decide(home: KnownHome, command: NoteHome, facts: Facts) -> Sequence[HomeNoted]:
    """Remember it, once. Raises nothing."""
    del facts
    match command:
        case NoteHome():
            known = home.home_id == command.home_id and home.place == command.place
            return [] if known else [HomeNoted(**command.model_dump())]
        case _:
            assert_never(command)


def evolve(home: KnownHome, event: HomeNoted) -> KnownHome:
    """The home after this event."""
    match event:
        case HomeNoted():
            return replace(home, home_id=event.home_id, place=event.place)
        case _:
            assert_never(event)
