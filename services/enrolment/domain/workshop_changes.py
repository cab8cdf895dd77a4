"""What is known of a workshop after each of its events. It decides nothing."""

from collections.abc import Mapping
from typing import assert_never

from services.enrolment.domain.workshop_state import Attendance, Upload, WalkIn, Workshop
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    AttendanceVoided,
    CatchUpOffered,
    FacilitatorSubstituted,
    RegisterAmended,
    RegisterClosed,
    RegisterSigned,
    RegisterSynced,
    WalkInReconciled,
    WalkInRecorded,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopDate,
    WorkshopMissed,
    WorkshopMoved,
    WorkshopScheduled,
    WorkshopWentOnline,
)

ScheduleEvent = WorkshopScheduled | WorkshopMoved | WorkshopWentOnline | WorkshopCancelled | FacilitatorSubstituted
EntryEvent = WorkshopAttended | WorkshopMissed | CatchUpOffered | AttendanceVoided | WalkInRecorded | WalkInReconciled
RegisterEvent = RegisterSynced | RegisterClosed | RegisterSigned | RegisterAmended
WorkshopEvent = (
    WorkshopScheduled
    | WorkshopMoved
    | WorkshopWentOnline
    | WorkshopCancelled
    | FacilitatorSubstituted
    | WorkshopAttended
    | WorkshopMissed
    | CatchUpOffered
    | AttendanceVoided
    | WalkInRecorded
    | WalkInReconciled
    | RegisterSynced
    | RegisterClosed
    | RegisterSigned
    | RegisterAmended
)


def evolve(workshop: Workshop, event: WorkshopEvent) -> Workshop:
    """Return the workshop after this event."""
    match event:
        case RegisterSynced() | RegisterClosed() | RegisterSigned() | RegisterAmended():
            return _with_register(workshop, event)
        case (
            WorkshopScheduled()
            | WorkshopMoved()
            | WorkshopWentOnline()
            | WorkshopCancelled()
            | FacilitatorSubstituted()
        ):
            return _with_schedule(workshop, event)
        case _:
            return _with_entry(workshop, event)


def _with_schedule(workshop: Workshop, event: ScheduleEvent) -> Workshop:
    match event:
        case WorkshopScheduled():
            return replace(workshop, **dict(event))
        case WorkshopMoved() | WorkshopWentOnline() | WorkshopCancelled():
            told = event.model_dump(include=set(WorkshopDate.model_fields))
            return replace(workshop, **told, cancelled=isinstance(event, WorkshopCancelled))
        case FacilitatorSubstituted():
            names = {"facilitator_person_id": event.person_id, "substituted_person_id": event.substituted_person_id}
            return replace(workshop, **names)
        case _:
            assert_never(event)


def _with_entry(workshop: Workshop, event: EntryEvent) -> Workshop:
    match event:
        case WorkshopAttended() | WorkshopMissed():
            known = Attendance.model_validate(event.model_dump())
            return replace(workshop, attendances={**workshop.attendances, event.person_id: known})
        case AttendanceVoided():
            left = {person: known for person, known in workshop.attendances.items() if person != event.person_id}
            return replace(workshop, attendances=left, voided=(*workshop.voided, event.attendance_id))
        case WalkInRecorded():
            walk_in = WalkIn.model_validate(event.model_dump())
            return replace(workshop, walk_ins={**workshop.walk_ins, event.walk_in_id: walk_in})
        case WalkInReconciled():
            walk_in = workshop.walk_ins[event.walk_in_id].model_copy(update={"person_id": event.person_id})
            return replace(workshop, walk_ins={**workshop.walk_ins, event.walk_in_id: walk_in})
        case CatchUpOffered():
            return workshop
        case _:
            assert_never(event)


def _confirmed(workshop: Workshop, event: RegisterSynced) -> Mapping[str, Attendance]:
    known = dict(workshop.attendances)
    for entry in event.confirmed:
        source = {"device_id": event.device_id, "taken_at": entry.taken_at, "assumed": False}
        known[entry.person_id] = known[entry.person_id].model_copy(update=source)
    return known


def _with_register(workshop: Workshop, event: RegisterEvent) -> Workshop:
    match event:
        case RegisterSynced():
            upload = Upload.model_validate(event.model_dump())
            uploads = {**workshop.uploads, f"{event.device_id}/{event.upload}": upload}
            return replace(workshop, uploads=uploads, attendances=_confirmed(workshop, event))
        case RegisterClosed():
            return replace(workshop, closed_at=event.closed_at)
        case RegisterSigned():
            return replace(workshop, signed_at=event.signed_at, signed_by_person_id=event.signed_by_person_id)
        case RegisterAmended():
            return replace(workshop, amendments=event.amendment)
        case _:
            assert_never(event)
