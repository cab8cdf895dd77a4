"""A workshop of a cohort, with its register."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, assert_never

from pydantic import AwareDatetime, StringConstraints

from services.enrolment.domain import register
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.cohort import Cohort, CohortOver, CohortUnknown
from services.enrolment.domain.days import HOME_ZONE, announced, time_zone
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.register import Attendance, CloseRegister, RecordAttendance, Register
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import replace
from shared.events.enrolment import RegisterClosed, WorkshopAttended, WorkshopMissed, WorkshopScheduled
from shared.events.values import Mode, PlannedWorkshop, WorkshopKind

ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", max_length=64)]


class Workshop(Register):
    """Where and when, and who was there."""

    kind: WorkshopKind = "step"
    title: str = ""
    mandatory: bool = True
    ends_at: datetime | None = None
    venue: str | None = None
    schedule_revision: int = 0


class WorkshopFacts(Facts):
    """What is looked up: the cohort, and the enrolments that the command speaks of, by id."""

    cohort: Cohort | None = None
    enrolments: Mapping[str, Enrolment] = {}


class ScheduleWorkshop(Command):
    """Give one workshop of a cohort its date. Times carry their offset; `zone` is where people look at the clock."""

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


class WorkshopUnknown(Refusal):
    """There is no such workshop here."""

    kind: ClassVar[Kind] = "missing"


class CodeUnknown(Refusal):
    """The cohort's programme version has no workshop with this code."""

    kind: ClassVar[Kind] = "invalid"


class EndsBeforeItStarts(Refusal):
    """A workshop ends after it starts: correct one of the two times."""

    kind: ClassVar[Kind] = "invalid"


class AlreadyScheduled(Refusal):
    """The cohort has this workshop already, at another time or place."""


WorkshopCommand = ScheduleWorkshop | RecordAttendance | CloseRegister
WorkshopEvent = WorkshopScheduled | WorkshopAttended | WorkshopMissed | RegisterClosed


def identity(command: ScheduleWorkshop, region: str) -> str:
    """Return the workshop's id: a cohort has each workshop once."""
    del region
    return derived_id("workshop", command.cohort_id, command.code)


def decide(workshop: Workshop, command: WorkshopCommand, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what follows. Raises the refusals of this module, of `register` and of `days`."""
    if not workshop.code and not command.creates:
        raise WorkshopUnknown(field="workshop_id")
    match command:
        case ScheduleWorkshop():
            return _schedule(workshop, command, facts)
        case RecordAttendance():
            return register.record(workshop, command, facts.enrolments.get(command.enrolment_id), facts.now)
        case CloseRegister():
            return register.close(workshop, command, facts.enrolments, facts.now)
        case _:
            assert_never(command)


def _schedule(workshop: Workshop, command: ScheduleWorkshop, facts: WorkshopFacts) -> Sequence[WorkshopScheduled]:
    zone = time_zone(command.zone)
    starts_at = announced(command.starts_at, zone, facts.now, "starts_at")
    ends_at = announced(command.ends_at, zone, facts.now, "ends_at")
    if ends_at <= starts_at:
        raise EndsBeforeItStarts(field="ends_at")
    told = command.model_dump() | {"starts_at": starts_at, "ends_at": ends_at}
    if workshop.code:
        return _again(workshop, told)
    planned = _planned(command, facts.cohort).model_dump(include={"kind", "title", "mandatory"})
    return [WorkshopScheduled(**told, **planned)]


def _again(workshop: Workshop, told: Mapping[str, Any]) -> Sequence[WorkshopScheduled]:
    if any(getattr(workshop, field) != value for field, value in told.items()):
        raise AlreadyScheduled(workshop_id=workshop.workshop_id)
    return []


def _planned(command: ScheduleWorkshop, cohort: Cohort | None) -> PlannedWorkshop:
    if cohort is None:
        raise CohortUnknown(field="cohort_id")
    if cohort.status == "closed":
        raise CohortOver
    for planned in cohort.workshops:
        if planned.code == command.code:
            return planned
    raise CodeUnknown(field="code", codes=[planned.code for planned in cohort.workshops])


def evolve(workshop: Workshop, event: WorkshopEvent) -> Workshop:
    """Return the workshop after this event."""
    match event:
        case WorkshopScheduled():
            return replace(workshop, **dict(event))
        case WorkshopAttended() | WorkshopMissed():
            told = Attendance.model_validate(event.model_dump())
            return replace(workshop, attendances={**workshop.attendances, event.person_id: told})
        case RegisterClosed():
            return replace(workshop, closed_at=event.closed_at)
        case _:
            assert_never(event)
