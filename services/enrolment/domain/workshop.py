"""A workshop of a cohort, with its register: what it can be asked, and how it changes.

The rules stand where they belong by meaning: `schedule` (when and where), `register` (who was there), `catch_up`,
`voiding`.
"""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from services.enrolment.domain import register, schedule, voiding
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import CancelWorkshop, GoOnline, MoveWorkshop, ScheduleWorkshop
from services.enrolment.domain.voiding import VoidAttendance
from services.enrolment.domain.workshop_state import Attendance, Workshop, WorkshopFacts, workshop_id
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    AttendanceVoided,
    CatchUpOffered,
    RegisterClosed,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopDate,
    WorkshopMissed,
    WorkshopMoved,
    WorkshopScheduled,
    WorkshopWentOnline,
)


class WorkshopUnknown(Refusal):
    """There is no such workshop here."""

    kind: ClassVar[Kind] = "missing"


WorkshopCommand = (
    ScheduleWorkshop | MoveWorkshop | GoOnline | CancelWorkshop | RecordAttendance | VoidAttendance | CloseRegister
)
WorkshopEvent = (
    WorkshopScheduled
    | WorkshopMoved
    | WorkshopWentOnline
    | WorkshopCancelled
    | WorkshopAttended
    | WorkshopMissed
    | CatchUpOffered
    | AttendanceVoided
    | RegisterClosed
)


def identity(command: ScheduleWorkshop, region: str) -> str:
    """Return the workshop's id: a cohort has each workshop once, and a cancelled one has one replacement."""
    del region
    return workshop_id(command.cohort_id, command.code, command.replaces_workshop_id)


def decide(workshop: Workshop, command: WorkshopCommand, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what follows. Raises the refusals of this module and of those where the rules stand."""
    if not workshop.code and not command.creates:
        raise WorkshopUnknown(field="workshop_id")
    match command:
        case ScheduleWorkshop():
            return schedule.schedule(workshop, command, facts)
        case MoveWorkshop():
            return schedule.move(workshop, command, facts.now)
        case GoOnline():
            return schedule.go_online(workshop, command, facts.now)
        case CancelWorkshop():
            return schedule.cancel(workshop, command, facts.now)
        case RecordAttendance():
            return register.record(workshop, command, facts)
        case VoidAttendance():
            return voiding.void(workshop, command, facts.documents.get("note"))
        case CloseRegister():
            return register.close(workshop, command, facts)
        case _:
            assert_never(command)


def evolve(workshop: Workshop, event: WorkshopEvent) -> Workshop:
    """Return the workshop after this event."""
    match event:
        case WorkshopScheduled():
            return replace(workshop, **dict(event))
        case WorkshopMoved() | WorkshopWentOnline() | WorkshopCancelled():
            told = event.model_dump(include=set(WorkshopDate.model_fields))
            return replace(workshop, **told, cancelled=isinstance(event, WorkshopCancelled))
        case WorkshopAttended() | WorkshopMissed():
            known = Attendance.model_validate(event.model_dump())
            return replace(workshop, attendances={**workshop.attendances, event.person_id: known})
        case AttendanceVoided():
            left = {person: known for person, known in workshop.attendances.items() if person != event.person_id}
            return replace(workshop, attendances=left, voided=(*workshop.voided, event.attendance_id))
        case RegisterClosed():
            return replace(workshop, closed_at=event.closed_at)
        case CatchUpOffered():
            return workshop
        case _:
            assert_never(event)
