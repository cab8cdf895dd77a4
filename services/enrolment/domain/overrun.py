"""Overrun: a home that takes longer than its version expects is listed, at the expected end and again at the latest.

Nobody fails for being late; a facilitator gives more time, with the reason.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, Literal

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.days import weeks
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.leaving import NotPlaced
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import DeadlineExtended, EnrolmentOverdue

ExtensionReason = Literal[
    "staffing", "manager-change", "outbreak", "missed-workshops", "evidence-outstanding", "late-start", "other"
]


class FlagOverdue(Command):
    """Look whether the home has gone past its time."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key


class ExtendDeadline(Command):
    """Give the home until a later day, for one of the reasons there are."""

    asked_by: ClassVar[Access] = STAFF

    enrolment_id: Key
    due_on: date
    reason: ExtensionReason


class NotLater(Refusal, kind="invalid"):
    """The home has until that day already: give a later one."""


def flag(enrolment: Enrolment, now: datetime) -> Sequence[EnrolmentOverdue]:
    """Return that the home is past its expected end, or past its latest; each once."""
    due_on, today = enrolment.due_on, local_day(now)
    if enrolment.status != "placed" or due_on is None or enrolment.started_on is None:
        return []
    latest_on = due_on + weeks(enrolment.rules.max_weeks - enrolment.rules.nominal_weeks)
    passed = [day for day in (due_on, latest_on) if day < today]
    if not passed or passed[-1] in enrolment.flagged:
        return []
    overdue = EnrolmentOverdue(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        home_name=enrolment.home_name,
        cohort_id=enrolment.cohort_id or "",
        due_on=due_on,
        passed_on=passed[-1],
        weeks=(today - enrolment.started_on).days // 7,
        latest_on=latest_on if latest_on >= today else None,
    )
    return [overdue]


def extend(enrolment: Enrolment, command: ExtendDeadline, now: datetime) -> Sequence[DeadlineExtended]:
    """Return what follows. Raises NotPlaced, NotLater and AbsurdDate."""
    if enrolment.due_on is None:
        raise NotPlaced
    due_on = believable(command.due_on, now, "due_on")
    if due_on == enrolment.due_on:
        return []
    if due_on < enrolment.due_on:
        raise NotLater(field="due_on", due_on=enrolment.due_on)
    extended = DeadlineExtended(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        cohort_id=enrolment.cohort_id or "",
        previous_due_on=enrolment.due_on,
        due_on=due_on,
        reason=command.reason,
    )
    return [extended]
