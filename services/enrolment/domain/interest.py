"""An interest: somebody would like to hear more, without any commitment; an application may come of it later."""

from collections.abc import Sequence
from typing import ClassVar, Literal, assert_never

from shared.chassis.declarations.access import ONLY_WITHIN, SIGNED_IN, Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State, replace
from shared.events.enrolment import InterestFollowed, InterestRegistered
from shared.events.values import Setting

Source = Literal["letter", "information-event", "website", "colleague", "commissioner", "other"]


class Interest(State):
    """Who asked for what, and what came of it."""

    interest_id: str = ""
    area: str = ""
    source: str = ""
    setting: Setting | None = None
    home_id: str | None = None
    person_id: str | None = None
    enrolment_id: str | None = None


class RegisterInterest(Command):
    """Say that a home, or somebody, would like to hear more. It binds nobody."""

    asked_by: ClassVar[Access] = SIGNED_IN
    creates: ClassVar[bool] = True

    interest_id: Key
    area: Name
    source: Source
    setting: Setting | None = None
    home_id: Key | None = None
    person_id: Key | None = None


class FollowInterest(Command):
    """Take note of the application that came of it."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    interest_id: Key
    enrolment_id: Key


InterestCommand = RegisterInterest | FollowInterest
InterestEvent = InterestRegistered | InterestFollowed


def decide(interest: Interest, command: InterestCommand, facts: Facts) -> Sequence[InterestEvent]:
    """Return what follows; an interest leads to one application, the first."""
    del facts
    match command:
        case RegisterInterest():
            return [] if interest.interest_id else [InterestRegistered(**command.model_dump())]
        case FollowInterest():
            done = not interest.interest_id or interest.enrolment_id is not None
            return [] if done else [InterestFollowed(**command.model_dump())]
        case _:
            assert_never(command)


def evolve(interest: Interest, event: InterestEvent) -> Interest:
    """Return the interest after this event."""
    match event:
        case InterestRegistered():
            return replace(interest, **event.model_dump())
        case InterestFollowed():
            return replace(interest, enrolment_id=event.enrolment_id)
        case _:
            assert_never(event)
