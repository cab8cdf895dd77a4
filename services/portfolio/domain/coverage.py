"""What a portfolio knows of the workshops: which steps are unlocked, whether the coverage is there and still stands."""

from collections.abc import Sequence
from typing import ClassVar

from services.portfolio.domain.award import earned
from services.portfolio.domain.portfolio_state import Portfolio, evolve
from services.portfolio.domain.requirements import Requirements
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.events.portfolio import (
    AccreditationEarned,
    AttendanceNoted,
    AttendanceVoidNoted,
    CoverageNoted,
    CoverageReopened,
    StepUnlocked,
)


class UnlockStep(Command):
    """Let the slots of a step be filled, because somebody of the home was at its workshop.

    `covers` says whether that attendance counts towards the coverage.
    """

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    step: str
    attendance_id: Key
    covers: bool


class NoteCoverage(Command):
    """Remember that the home has covered every mandatory workshop."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    covered_codes: tuple[str, ...]


class NoteVoid(Command):
    """Remember that an attendance no longer counts."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    attendance_id: Key
    code: str
    cause_event_id: Key


def unlock(
    portfolio: Portfolio, command: UnlockStep, facts: Facts, asked: Requirements | None
) -> Sequence[StepUnlocked | AttendanceNoted | AccreditationEarned]:
    """Unlock the step once, and remember what covers it: a catch-up may restore a coverage. Raises nothing."""
    whose = command.model_dump(include={"portfolio_id", "enrolment_id", "home_id"})
    unlocked = [] if command.step in portfolio.steps else [StepUnlocked(step=command.step, **whose)]
    known = command.attendance_id in portfolio.attendances.keys() | portfolio.voided.keys()
    if known or not command.covers:
        return unlocked
    noted = AttendanceNoted(attendance_id=command.attendance_id, code=command.step, **whose)
    after = evolve(portfolio, noted)
    return [*unlocked, noted, *earned(after, command.portfolio_id, asked, facts)]


def cover(
    portfolio: Portfolio, command: NoteCoverage, facts: Facts, asked: Requirements | None
) -> Sequence[CoverageNoted | AccreditationEarned]:
    """Remember the coverage, once. Raises nothing."""
    if portfolio.covered:
        return []
    noted = CoverageNoted(**command.model_dump())
    return [noted, *earned(evolve(portfolio, noted), command.portfolio_id, asked, facts)]


def void(portfolio: Portfolio, command: NoteVoid) -> Sequence[AttendanceVoidNoted | CoverageReopened]:
    """Remember the voiding, once, and say so when the coverage does not stand any more. Raises nothing."""
    if command.attendance_id in portfolio.voided:
        return []
    noted = AttendanceVoidNoted(**command.model_dump(exclude={"cause_event_id"}))
    lost = evolve(portfolio, noted).shaken_codes - portfolio.shaken_codes
    if not portfolio.covered or command.code not in lost:
        return [noted]
    reopened = CoverageReopened(
        **command.model_dump(),
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        pathway=portfolio.pathway,
        under_award=portfolio.earned,
    )
    return [noted, reopened]
