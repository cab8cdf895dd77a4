"""Taking back what a register says of somebody: the entry stays on record, and so does that it holds no more."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.workshop_state import Attendance, Workshop
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.facts import DocumentRef
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import AttendanceVoided, VoidReason

HandVoidReason = Literal["recorded-wrongly", "wrong-person", "register-says-otherwise", "other"]


class VoidAttendance(Command):
    """Take back what the register says of a person, with the reason. What is right is entered anew."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    attendance_id: Key
    reason: HandVoidReason
    note: Text | None = None


class AttendanceUnknown(Refusal, kind="invalid"):
    """The register has no such attendance."""


def void(workshop: Workshop, command: VoidAttendance, note: DocumentRef | None) -> Sequence[AttendanceVoided]:
    """Return what follows; nothing when it was voided before. Raises AttendanceUnknown."""
    if command.attendance_id in workshop.voided:
        return []
    for known in workshop.attendances.values():
        if known.attendance_id == command.attendance_id:
            return [voided(workshop, known, command.reason, note)]
    raise AttendanceUnknown(field="attendance_id")


def voided(
    workshop: Workshop, known: Attendance, reason: VoidReason, note: DocumentRef | None = None
) -> AttendanceVoided:
    """Return that this attendance holds no more."""
    told = known.model_dump(include={"attendance_id", "enrolment_id", "home_id", "person_id", "status", "covers", "on"})
    place = workshop.model_dump(include={"workshop_id", "cohort_id", "code"})
    return AttendanceVoided(**place, **told, reason=reason, note=note)
