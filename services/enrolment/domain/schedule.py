"""When and where a workshop is: scheduled, moved, taken online, cancelled, and scheduled anew in place of one.

Every change raises the schedule's revision by one, so that calendars and reminders know which is the latest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, StringConstraints

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.cohort import CohortUnknown
from services.enrolment.domain.cohort_state import Cohort, CohortOver
from services.enrolment.domain.voiding import voided
from services.enrolment.domain.workshop_state import Workshop, WorkshopFacts, workshop_id
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.moments import ZoneName, announced
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import (
    AttendanceVoided,
    ScheduleReason,
    WorkshopCancelled,
    WorkshopMoved,
    WorkshopScheduled,
    WorkshopWentOnline,
)
from shared.events.values import HOME_ZONE, Mode, PlannedWorkshop

JoinLink = Annotated[str, StringConstraints(pattern=r"^https://[^\s\x00]+$", max_length=500)]


class ScheduleWorkshop(Command):
    """Give one workshop of a cohort its date. Times carry their offset; `zone` is where people look at the clock.

    `replaces_workshop_id` names a cancelled workshop of the same cohort and code that this one makes up for.
    """

    asked_by: ClassVar[Access] = STAFF
    creates: ClassVar[bool] = True

    workshop_id: Key
    cohort_id: Key
    code: Key
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: ZoneName = HOME_ZONE
    mode: Mode = "in-person"
    venue: Name | None = None
    join_link: JoinLink | None = None
    replaces_workshop_id: Key | None = None


class MoveWorkshop(Command):
    """Give the workshop another time, and another place when one is named; what is not named stays."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: ScheduleReason
    zone: ZoneName | None = None
    mode: Mode | None = None
    venue: Name | None = None
    join_link: JoinLink | None = None


class GoOnline(Command):
    """Hold the workshop online at its time."""

    asked_by: ClassVar[Access] = STAFF
    verb: ClassVar[str | None] = "go-online"

    workshop_id: Key
    reason: ScheduleReason
    join_link: JoinLink | None = None


class CancelWorkshop(Command):
    """Say that the workshop does not take place, if need be at the door. What its register says already is voided."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    reason: ScheduleReason


class CodeUnknown(Refusal, kind="invalid"):
    """The cohort's programme version has no workshop with this code."""


class ModeNotOffered(Refusal, kind="invalid"):
    """The programme version does not have this workshop held so. Choose one of its modes."""


class AlreadyScheduled(Refusal):
    """The cohort has this workshop already, at another time or place. Move it instead."""


class NothingToReplace(Refusal, kind="invalid"):
    """Only a cancelled workshop of the same cohort and code can be replaced. Name that one."""


class WorkshopOff(Refusal):
    """This workshop was cancelled. Schedule another in its place."""


class AlreadyHeld(Refusal):
    """The workshop has taken place: its register says who was there. Void what is wrong there first."""


def schedule(workshop: Workshop, command: ScheduleWorkshop, facts: WorkshopFacts) -> Sequence[WorkshopScheduled]:
    """Return what follows. Raises the refusals of this module that speak of scheduling, and those of `moments`."""
    told = command.model_dump() | _times(command, command.zone, facts.now)
    if workshop.code:
        return _again(workshop, told)
    planned = _planned(command.code, facts.cohort)
    if command.mode not in planned.modes:
        raise ModeNotOffered(field="mode", modes=list(planned.modes))
    if command.replaces_workshop_id is not None:
        _must_be_cancelled(facts.other, command)
    named = planned.model_dump(include={"kind", "title", "mandatory"})
    return [WorkshopScheduled(**told, **named, after=_after(planned, facts.cohort))]


def move(workshop: Workshop, command: MoveWorkshop, now: datetime) -> Sequence[WorkshopMoved]:
    """Return what follows; nothing when it is then and there. Raises WorkshopOff, AlreadyHeld, those of `moments`."""
    _must_be_ahead(workshop)
    times = _times(command, command.zone or workshop.zone, now)
    named = command.model_dump(include={"zone", "mode", "venue", "join_link"}, exclude_none=True)
    moved = {**workshop.dated(), **named, **times}
    if moved == workshop.dated():
        return []
    first = min(filter(None, (workshop.starts_at, times["starts_at"])))
    return [
        WorkshopMoved(
            **{**moved, "schedule_revision": workshop.schedule_revision + 1},
            **_earlier(workshop, ("starts_at", "ends_at", "mode", "venue")),
            reason=command.reason,
            notice_hours=_notice(first, now),
        )
    ]


def go_online(workshop: Workshop, command: GoOnline, now: datetime) -> Sequence[WorkshopWentOnline]:
    """Return what follows; nothing when it is online there already. Raises WorkshopOff and AlreadyHeld."""
    _must_be_ahead(workshop)
    link = command.join_link or workshop.join_link
    if workshop.mode == "online" and link == workshop.join_link:
        return []
    online = {"mode": "online", "venue": None, "join_link": link, "schedule_revision": workshop.schedule_revision + 1}
    return [
        WorkshopWentOnline(
            **{**workshop.dated(), **online},
            **_earlier(workshop, ("mode", "venue")),
            reason=command.reason,
            notice_hours=_notice(workshop.starts_at or now, now),
        )
    ]


def cancel(
    workshop: Workshop, command: CancelWorkshop, now: datetime
) -> Sequence[AttendanceVoided | WorkshopCancelled]:
    """Return what follows: nobody is there, and nobody absent. Raises AlreadyHeld once the register is closed."""
    if workshop.cancelled:
        return []
    if workshop.closed_at is not None:
        raise AlreadyHeld(closed_at=workshop.closed_at)
    starts_at = workshop.starts_at or now
    nobody = [voided(workshop, known, "workshop-cancelled") for known in workshop.attendances.values()]
    off = WorkshopCancelled(
        **{**workshop.dated(), "schedule_revision": workshop.schedule_revision + 1},
        reason=command.reason,
        at_the_door=now >= starts_at,
        notice_hours=_notice(starts_at, now),
        replacement_workshop_id=workshop_id(workshop.cohort_id, workshop.code, workshop.workshop_id),
    )
    return [*nobody, off]


def _times(command: ScheduleWorkshop | MoveWorkshop, zone: str, now: datetime) -> dict[str, datetime]:
    starts_at, ends_at = announced(command.starts_at, command.ends_at, zone, now)
    return {"starts_at": starts_at, "ends_at": ends_at}


def _again(workshop: Workshop, told: Mapping[str, Any]) -> Sequence[WorkshopScheduled]:
    if any(getattr(workshop, field) != value for field, value in told.items()):
        raise AlreadyScheduled(workshop_id=workshop.workshop_id)
    return []


def _planned(code: str, cohort: Cohort | None) -> PlannedWorkshop:
    if cohort is None:
        raise CohortUnknown(field="cohort_id")
    if cohort.status == "closed":
        raise CohortOver
    for planned in cohort.workshops:
        if planned.code == code:
            return planned
    raise CodeUnknown(field="code", codes=[planned.code for planned in cohort.workshops])


def _must_be_cancelled(replaced: Workshop | None, command: ScheduleWorkshop) -> None:
    same = replaced is not None and (replaced.cohort_id, replaced.code) == (command.cohort_id, command.code)
    if replaced is None or not same or not replaced.cancelled:
        raise NothingToReplace(field="replaces_workshop_id")


def _after(planned: PlannedWorkshop, cohort: Cohort | None) -> tuple[str, ...]:
    """Return what the version says; when it says nothing, a conclusion comes after the inductions."""
    if planned.after is not None:
        return planned.after
    if planned.kind != "conclusion" or cohort is None:
        return ()
    return tuple(other.code for other in cohort.workshops if other.kind == "induction" and other.mandatory)


def _must_be_ahead(workshop: Workshop) -> None:
    if workshop.cancelled:
        raise WorkshopOff(workshop_id=workshop.workshop_id)
    if workshop.closed_at is not None or workshop.attendances:
        raise AlreadyHeld


def _earlier(workshop: Workshop, fields: Sequence[str]) -> dict[str, Any]:
    return {f"earlier_{field}": getattr(workshop, field) for field in fields}


def _notice(start: datetime, now: datetime) -> int:
    return max((start - now) // timedelta(hours=1), 0)
