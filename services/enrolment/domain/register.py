"""The register of a workshop: who was there, who was not, until when that may be said, and what counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.days import believable, local_day
from services.enrolment.domain.enrolment_state import Enrolment
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State
from shared.events.enrolment import AttendanceStatus, RegisterClosed, WorkshopAttended, WorkshopMissed
from shared.events.values import Mode, Value

THERE: frozenset[AttendanceStatus] = frozenset({"attended", "part", "caught-up"})
"""The person took part, if only later or for a while."""


class Attendance(Value):
    """What the register says of one person; mode and times only of those who were there."""

    attendance_id: str
    enrolment_id: str
    person_id: str
    status: AttendanceStatus
    mode: Mode | None = None
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False


class Register(State):
    """What the rules of the register need to know of the workshop; `attendances` by person."""

    workshop_id: str = ""
    cohort_id: str = ""
    code: str = ""
    starts_at: datetime | None = None
    zone: str = ""
    mode: Mode = "in-person"
    closed_at: datetime | None = None
    attendances: Mapping[str, Attendance] = {}

    @property
    def day(self) -> date:
        """The local day of the workshop."""
        return local_day(self.starts_at, self.zone) if self.starts_at else date.min


class RecordAttendance(Command):
    """Say of one representative whether they were there. Without a mode it is the workshop's."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    enrolment_id: Key
    person_id: Key
    status: AttendanceStatus
    mode: Literal["in-person", "online"] | None = None
    arrived: AwareDatetime | None = None
    left: AwareDatetime | None = None


class CloseRegister(Command):
    """Close the register; everybody is recorded, or named here as absent."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    absent_person_ids: Annotated[tuple[Key, ...], Field(max_length=1_000)] = ()


class NotStarted(Refusal):
    """The workshop has not started yet. Come back when it has."""


class NotARepresentative(Refusal):
    """On that day this person did not represent a home that has its place in this cohort."""


class AlreadyRecorded(Refusal):
    """The register says something else about this person. A wrong attendance is voided and entered anew."""


class OutsideWindow(Refusal):
    """The register was closed too long ago for this."""


class LeftBeforeArriving(Refusal):
    """Somebody leaves after they arrive: correct one of the two times."""

    kind: ClassVar[Kind] = "invalid"


class RegisterIncomplete(Refusal):
    """Of some representatives the register says nothing. Record them, or name them as absent."""


Fact = WorkshopAttended | WorkshopMissed


def attendance_id(workshop_id: str, person_id: str) -> str:
    """Return the id of what a register says of one person."""
    return derived_id("attendance", workshop_id, person_id)


def record(register: Register, command: RecordAttendance, enrolment: Enrolment | None, now: datetime) -> Sequence[Fact]:
    """Return what is now known of this person. Raises the refusals of this module, and AbsurdDate."""
    _check_times(command, now)
    known = register.attendances.get(command.person_id)
    if known is not None and _same(known, command, register):
        return []
    _must_have_started(register, now)
    if enrolment is None or not _represents(enrolment, command.person_id, register):
        raise NotARepresentative(field="person_id")
    if known is not None and not _caught_up(known, command):
        raise AlreadyRecorded(attendance_id=known.attendance_id, status=known.status)
    late = _late(register, enrolment.rules.late_days, now)
    return [_fact(register, enrolment, command, late=late)]


def close(
    register: Register, command: CloseRegister, enrolments: Mapping[str, Enrolment], now: datetime
) -> Sequence[Fact | RegisterClosed]:
    """Return the absences and the closing.

    Raises NotStarted, AlreadyRecorded, NotARepresentative and RegisterIncomplete.
    """
    if register.closed_at is not None:
        return []
    _must_have_started(register, now)
    expected = _expected(register, enrolments)
    absent = sorted(set(command.absent_person_ids))
    _check_absent(register, absent, expected)
    if unsaid := sorted(expected.keys() - register.attendances.keys() - set(absent)):
        raise RegisterIncomplete(field="absent_person_ids", person_ids=unsaid)
    unrecorded = [person_id for person_id in absent if person_id not in register.attendances]
    missed = [_absence(register, expected[person_id], person_id) for person_id in unrecorded]
    return [*missed, _closed(register, len(missed), now)]


def _check_times(command: RecordAttendance, now: datetime) -> None:
    for field, moment in (("arrived", command.arrived), ("left", command.left)):
        if moment is not None:
            believable(moment.date(), now, field)
    if command.arrived and command.left and command.left < command.arrived:
        raise LeftBeforeArriving(field="left")


def _must_have_started(register: Register, now: datetime) -> None:
    if register.starts_at is None or now < register.starts_at:
        raise NotStarted(starts_at=register.starts_at)


def _represents(enrolment: Enrolment, person_id: str, register: Register) -> bool:
    return enrolment.cohort_id == register.cohort_id and enrolment.represented_by(person_id, register.day)


def _same(known: Attendance, command: RecordAttendance, register: Register) -> bool:
    asked: dict[str, Any] = command.model_dump(include={"enrolment_id", "status"})
    if command.status in THERE:
        asked |= {"mode": command.mode or register.mode, "arrived": command.arrived, "left": command.left}
    return all(getattr(known, field) == value for field, value in asked.items())


def _caught_up(known: Attendance, command: RecordAttendance) -> bool:
    """Say whether somebody who missed it, or a part of it, has caught up since: no contradiction."""
    same_home = known.enrolment_id == command.enrolment_id
    return same_home and command.status == "caught-up" and known.status not in ("attended", "caught-up")


def _late(register: Register, late_days: int, now: datetime) -> bool:
    if register.closed_at is None or now <= register.closed_at:
        return False
    if now > register.closed_at + timedelta(days=late_days):
        raise OutsideWindow(closed_at=register.closed_at, late_days=late_days)
    return True


def _fact(register: Register, enrolment: Enrolment, command: RecordAttendance, *, late: bool) -> Fact:
    told = _told(register, enrolment, command.person_id) | {"status": command.status, "late": late}
    if command.status not in THERE:
        return WorkshopMissed(**told)
    return WorkshopAttended(
        **told,
        mode=command.mode or register.mode,
        arrived=command.arrived,
        left=command.left,
        covers=command.status != "part" or enrolment.rules.part_covers,
    )


def _told(register: Register, enrolment: Enrolment, person_id: str) -> dict[str, Any]:
    return {
        "attendance_id": attendance_id(register.workshop_id, person_id),
        "workshop_id": register.workshop_id,
        "cohort_id": register.cohort_id,
        "code": register.code,
        "enrolment_id": enrolment.enrolment_id,
        "home_id": enrolment.home_id,
        "person_id": person_id,
        "on": register.day,
    }


def _expected(register: Register, enrolments: Mapping[str, Enrolment]) -> dict[str, Enrolment]:
    return {
        person_id: enrolment
        for enrolment in enrolments.values()
        for person_id in enrolment.representing(register.day)
        if _represents(enrolment, person_id, register)
    }


def _check_absent(register: Register, absent: Sequence[str], expected: Mapping[str, Enrolment]) -> None:
    for person_id in absent:
        known = register.attendances.get(person_id)
        if known is not None and known.status in THERE:
            raise AlreadyRecorded(field="absent_person_ids", attendance_id=known.attendance_id)
        if known is None and person_id not in expected:
            raise NotARepresentative(field="absent_person_ids", person_id=person_id)


def _absence(register: Register, enrolment: Enrolment, person_id: str) -> WorkshopMissed:
    return WorkshopMissed(**_told(register, enrolment, person_id), status="absent")


def _closed(register: Register, newly_missed: int, now: datetime) -> RegisterClosed:
    there = sum(known.status in THERE for known in register.attendances.values())
    return RegisterClosed(
        workshop_id=register.workshop_id,
        cohort_id=register.cohort_id,
        code=register.code,
        attended=there,
        missed=len(register.attendances) - there + newly_missed,
        closed_at=now,
    )
