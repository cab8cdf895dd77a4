"""The workshops of a region to look at, and what their registers say. Both are fed by the workshop's own stream."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.enrolment.domain.askers import HOME, PARTICIPANTS, STAFF
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    AttendanceStatus,
    AttendanceVoided,
    CatchUpOffered,
    FacilitatorSubstituted,
    RegisterAmended,
    RegisterClosed,
    RegisterSigned,
    VoidReason,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopDate,
    WorkshopMissed,
    WorkshopMoved,
    WorkshopScheduled,
    WorkshopWentOnline,
)
from shared.events.roles import COORDINATOR, FACILITATOR
from shared.events.values import CatchUpMethod, Mode, WorkshopKind


class WorkshopRow(Row):
    """One workshop: when and where, and once its register is closed how many were there."""

    workshop_id: str
    cohort_id: str
    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    venue: str | None = None
    join_link: str | None = None
    schedule_revision: int = 1
    cancelled: bool = False
    replaces_workshop_id: str | None = None
    facilitator_person_id: str | None = None
    substituted_person_id: str | None = None
    register_closed_at: datetime | None = None
    attended: int | None = None
    missed: int | None = None
    register_signed_at: datetime | None = None
    amendments: int = 0


Changed = WorkshopMoved | WorkshopWentOnline | WorkshopCancelled
RegisterEvent = RegisterClosed | RegisterSigned | RegisterAmended | FacilitatorSubstituted
WorkshopEvent = (
    WorkshopScheduled
    | WorkshopMoved
    | WorkshopWentOnline
    | WorkshopCancelled
    | FacilitatorSubstituted
    | RegisterClosed
    | RegisterSigned
    | RegisterAmended
)


def workshop_row(row: WorkshopRow | None, event: WorkshopEvent) -> WorkshopRow | None:
    """Return the row after this event."""
    match event:
        case WorkshopScheduled():
            return WorkshopRow(**dict(event))
        case WorkshopMoved() | WorkshopWentOnline() | WorkshopCancelled():
            return row and row.model_copy(update=_date(event))
        case _:
            return row and row.model_copy(update=_held(event))


def _held(event: RegisterEvent) -> dict[str, object]:
    match event:
        case FacilitatorSubstituted():
            names = {"facilitator_person_id": event.person_id, "substituted_person_id": event.substituted_person_id}
            return {**names}
        case RegisterClosed():
            return {"register_closed_at": event.closed_at, "attended": event.attended, "missed": event.missed}
        case RegisterSigned():
            return {"register_signed_at": event.signed_at}
        case RegisterAmended():
            return {"amendments": event.amendment}


def _date(event: Changed) -> dict[str, object]:
    told = {name: getattr(event, name) for name in WorkshopDate.model_fields}
    return {**told, "cancelled": isinstance(event, WorkshopCancelled)}


def present_workshop(row: WorkshopRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any]:
    """Return the row; with the link to join only for staff. Who takes part has it in their own calendar and letters."""
    del card
    hidden = frozenset[str]() if viewer.roles & {COORDINATOR, FACILITATOR} else {"join_link"}
    return row.model_dump(mode="json", exclude=set(hidden))


WORKSHOPS = View(
    path="workshops",
    key=lambda event: event.workshop_id,
    fold=workshop_row,
    read_by=PARTICIPANTS,
    filters=("cohort_id", "code"),
    order="starts_at",
    present=present_workshop,
)


class AttendanceRow(Row):
    """What a register says of one person; or said, when it was voided.

    Who missed a workshop is offered to catch up until `catch_up_by`.
    """

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    on: date
    covers: bool = False
    mode: Mode | None = None
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False
    catch_up_method: CatchUpMethod | None = None
    via_workshop_id: str | None = None
    catch_up_methods: tuple[CatchUpMethod, ...] = ()
    catch_up_by: date | None = None
    void_reason: VoidReason | None = None


AttendanceEvent = WorkshopAttended | WorkshopMissed | CatchUpOffered | AttendanceVoided


def attendance_row(row: AttendanceRow | None, event: AttendanceEvent) -> AttendanceRow | None:
    """Return the row after this event; who caught up has covered what they missed."""
    match event:
        case WorkshopAttended() | WorkshopMissed():
            return AttendanceRow(**dict(event))
        case CatchUpOffered():
            return row and row.model_copy(update={"catch_up_methods": event.methods, "catch_up_by": event.due_by})
        case AttendanceVoided():
            return row and row.model_copy(update={"void_reason": event.reason, "covers": False})


ATTENDANCES = View(
    path="attendances",
    key=lambda event: event.attendance_id,
    fold=attendance_row,
    read_by=STAFF | HOME,
    filters=("workshop_id", "cohort_id", "enrolment_id", "person_id"),
    order="on",
    unit="home_id",
    person="person_id",
)
