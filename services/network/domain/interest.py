"""An interest: somebody would come to a gathering before there is one; dates are then found where people are.

Learning sessions began with expressions of interest, then came venues and times of day (domain.md 1.5). It is no
booking: whoever is interested books like everybody else once a gathering is announced.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.network.domain.askers import ONESELF, STAFF
from services.network.domain.booking import must_be_theirs
from shared.chassis.declarations.access import SIGNED_IN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.network import (
    GatheringInterestExpressed,
    GatheringInterestWithdrawn,
    GatheringKind,
    TimeOfDay,
)


class Interest(State):
    """Who would come to what, where and when."""

    person_id: str = ""
    kind: GatheringKind = "learning-session"
    area: str = ""
    suits: tuple[TimeOfDay, ...] = ()
    live: bool = False


class ExpressInterest(Command):
    """Say, for oneself or (staff) for somebody who asked them, that one would come. Said again it replaces what was."""

    asked_by: ClassVar[Access] = SIGNED_IN
    creates: ClassVar[bool] = True
    for_person: ClassVar[str | None] = "person_id"

    interest_id: Key
    person_id: Key
    kind: GatheringKind = "learning-session"
    area: Key
    suits: Annotated[frozenset[TimeOfDay], Field(min_length=1)]


class WithdrawInterest(Command):
    """Take it back, or say that one has been."""

    asked_by: ClassVar[Access] = STAFF | ONESELF

    interest_id: Key


class InterestUnknown(Refusal, kind="missing"):
    """There is no such interest here."""


InterestCommand = ExpressInterest | WithdrawInterest
InterestEvent = GatheringInterestExpressed | GatheringInterestWithdrawn


def identity(command: ExpressInterest, region: str) -> str:
    """A person has one interest in each kind of gathering in each area."""
    return derived_id("gathering-interest", region, command.person_id, command.kind, command.area)


def decide(interest: Interest, command: InterestCommand, facts: Facts) -> Sequence[InterestEvent]:
    """Return what follows. Raises NotForSomebodyElse and InterestUnknown."""
    match command:
        case ExpressInterest():
            must_be_theirs(command.person_id, facts.actor)
            suits = tuple(sorted(command.suits))
            if interest.live and interest.suits == suits:
                return []
            return [GatheringInterestExpressed(**{**command.model_dump(), "suits": suits})]
        case WithdrawInterest():
            if not interest.person_id:
                raise InterestUnknown(field="interest_id")
            told = GatheringInterestWithdrawn(interest_id=command.interest_id, person_id=interest.person_id)
            return [told] if interest.live else []
        case _:
            assert_never(command)


def evolve(interest: Interest, event: InterestEvent) -> Interest:
    """Return the interest after this event."""
    match event:
        case GatheringInterestExpressed():
            told = event.model_dump(include={"person_id", "kind", "area", "suits"})
            return replace(interest, live=True, **told)
        case GatheringInterestWithdrawn():
            return replace(interest, live=False)
        case _:
            assert_never(event)
