"""A gap: what is missing for a requirement, the action against it, who sees to it and until when.

One for each requirement of a portfolio. Evidence or an exception closes it, and nothing else does.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Literal, assert_never

from services.portfolio.domain.askers import HOME, SUPPORTERS
from services.portfolio.domain.portfolio_state import HomeHasLeft, Portfolio, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet, UnknownRequirement
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.days import local_day
from shared.events.portfolio import GapClosed, GapClosing, GapOverdue, GapRaised


class Gap(State):
    """What is known of one gap."""

    status: Literal["none", "open", "closed"] = "none"
    portfolio_id: str = ""
    enrolment_id: str = ""
    home_id: str = ""
    requirement_key: str = ""
    owner_person_id: str = ""
    due_on: date | None = None
    overdue: bool = False


class GapFacts(Facts):
    """The portfolio that the gap is in, and what its version asks for."""

    portfolio: Portfolio | None = None
    requirements: Requirements | None = None


class RaiseGap(Command):
    """Say what is missing for a requirement and what is done about it, by whom and until when."""

    asked_by: ClassVar[Access] = HOME | SUPPORTERS
    creates: ClassVar[bool] = True

    gap_id: Key
    portfolio_id: Key
    home_id: Key
    requirement_key: Key
    action: Text
    owner_person_id: Key
    due_on: date


class CloseGap(Command):
    """Close the gap of a requirement that was settled."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    gap_id: Key
    how: GapClosing


class NoteGapOverdue(Command):
    """Say that the day of a gap's action has passed."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    gap_id: Key
    due_on: date


class AlreadySettled(Refusal):
    """This requirement has approved evidence or an exception already, so there is no gap."""


GapCommand = RaiseGap | CloseGap | NoteGapOverdue
GapEvent = GapRaised | GapOverdue | GapClosed


def decide(gap: Gap, command: GapCommand, facts: GapFacts) -> Sequence[GapEvent]:
    """The rules of a gap. Raises the refusals of this module and those of its portfolio."""
    match command:
        case RaiseGap():
            return _raise(gap, command, facts)
        case CloseGap():
            closed = GapClosed(gap_id=command.gap_id, how=command.how, **_whose(gap))
            return [closed] if gap.status == "open" else []
        case NoteGapOverdue():
            return _overdue(gap, command, facts)
        case _:
            assert_never(command)


def _raise(gap: Gap, command: RaiseGap, facts: GapFacts) -> Sequence[GapRaised]:
    portfolio = _open_portfolio(command, facts)
    believable(command.due_on, facts.now, "due_on")
    same = (gap.status, gap.owner_person_id, gap.due_on) == ("open", command.owner_person_id, command.due_on)
    if same:
        return []
    raised = GapRaised(
        **command.model_dump(exclude={"action"}),
        enrolment_id=portfolio.enrolment_id,
        action=facts.documents["action"],
        raised_by=facts.actor.id,
    )
    return [raised]


def _open_portfolio(command: RaiseGap, facts: GapFacts) -> Portfolio:
    portfolio, asked = facts.portfolio, facts.requirements
    if portfolio is None or not portfolio.opened or portfolio.home_id != command.home_id:
        raise PortfolioNotOpen(field="portfolio_id")
    if portfolio.frozen_on is not None:
        raise HomeHasLeft(frozen_on=portfolio.frozen_on.isoformat())
    if asked is None:
        raise RequirementsNotHereYet
    if asked.find(command.requirement_key) is None:
        raise UnknownRequirement(field="requirement_key")
    if command.requirement_key in portfolio.settled:
        raise AlreadySettled
    return portfolio


def _overdue(gap: Gap, command: NoteGapOverdue, facts: GapFacts) -> Sequence[GapOverdue]:
    waits = gap.status == "open" and gap.due_on == command.due_on and not gap.overdue
    left = facts.portfolio is not None and facts.portfolio.frozen_on is not None
    if not waits or left or local_day(facts.now) <= command.due_on:
        return []
    told = {"owner_person_id": gap.owner_person_id, **_whose(gap)}
    return [GapOverdue(gap_id=command.gap_id, due_on=command.due_on, **told)]


def _whose(gap: Gap) -> dict[str, str]:
    return {name: getattr(gap, name) for name in ("portfolio_id", "enrolment_id", "home_id", "requirement_key")}


def evolve(gap: Gap, event: GapEvent) -> Gap:
    """The gap after this event."""
    match event:
        case GapRaised():
            told = event.model_dump(include=Gap.model_fields.keys() & GapRaised.model_fields.keys())
            return replace(gap, status="open", overdue=False, **told)
        case GapOverdue():
            return replace(gap, overdue=True)
        case GapClosed():
            return replace(gap, status="closed")
        case _:
            assert_never(event)
