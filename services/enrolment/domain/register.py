"""The register of a workshop: who was there, who was not, until when that may be said, and what counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from services.enrolment.domain import catch_up
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.catch_up import CatchUp
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.schedule import WorkshopOff
from services.enrolment.domain.workshop_state import THERE, Attendance, Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import (
    AmendReason,
    AttendanceStatus,
    CatchUpOffered,
    RegisterClosed,
    WorkshopAttended,
    WorkshopMissed,
)


class RecordAttendance(Command):
    """Say of one representative whether they were there. Without a mode it is the workshop's.

    Of somebody who caught up, `catch_up` says how; without it they did so one-to-one, today. What changes a signed
    register needs a reason; a note may say more.
    """

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    enrolment_id: Key
    person_id: Key
    status: AttendanceStatus
    mode: Literal["in-person", "online"] | None = None
    arrived: AwareDatetime | None = None
    left: AwareDatetime | None = None
    catch_up: CatchUp | None = None
    reason: AmendReason | None = None
    note: Text | None = None


class CloseRegister(Command):
    """Close the register; everybody is recorded, or named here as absent."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    absent_person_ids: Annotated[tuple[Key, ...], Field(max_length=1_000)] = ()


class NotStarted(Refusal):
    """The workshop has not started yet. Come back when it has."""


class NotARepresentative(Refusal):
    """On that day this person did not represent a home that has its place in this cohort."""


class AfterWithdrawal(Refusal, kind="invalid"):
    """The home had left the programme before the day of this workshop."""


class AlreadyRecorded(Refusal):
    """The register says something else about this person. A wrong attendance is voided and entered anew."""


class OutsideWindow(Refusal, kind="invalid"):
    """The register was open for this between the two moments named here, and is no more. Offer a catch-up instead."""


class OutOfSequence(Refusal, kind="invalid"):
    """The home has not been at the workshop named here, which comes before this one. Let somebody catch up first."""


class LeftBeforeArriving(Refusal, kind="invalid"):
    """Somebody leaves after they arrive: correct one of the two times."""


class NothingToCatchUp(Refusal, kind="invalid"):
    """Only of somebody who caught up it can be said how."""


class RegisterIncomplete(Refusal):
    """Of some representatives the register says nothing. Record them, or name them as absent."""


Fact = WorkshopAttended | WorkshopMissed


def record(
    workshop: Workshop, command: RecordAttendance, facts: WorkshopFacts, *, in_time: bool = False
) -> Sequence[WorkshopAttended | WorkshopMissed | CatchUpOffered]:
    """Return what is now known of this person; `in_time` when it was noted while the register was open.

    Raises the refusals of this module and of `catch_up`, and AbsurdDate.
    """
    _check(command, facts.now)
    known = workshop.attendances.get(command.person_id)
    if known is not None and says_the_same(known, command, workshop):
        return []
    must_have_started(workshop, facts.now)
    enrolment = facts.enrolments.get(command.enrolment_id)
    if enrolment is None or enrolment.cohort_id != workshop.cohort_id:
        raise NotARepresentative(field="person_id")
    how = _how(workshop, enrolment, command, facts)
    on = how.get("on", workshop.day)
    if enrolment.left_before(on):
        raise AfterWithdrawal(field="enrolment_id", withdrawn_on=enrolment.withdrawn_on)
    if not enrolment.represented_by(command.person_id, on):
        raise NotARepresentative(field="person_id")
    if known is not None and not _caught_up(known, command):
        raise AlreadyRecorded(attendance_id=known.attendance_id, status=known.status)
    late = not (in_time or how) and _late(workshop, command.person_id, enrolment, facts.now)
    fact = _fact(workshop, enrolment, command, {"late": late, **how})
    if not how and fact.status in THERE:
        _must_be_in_order(workshop, command.enrolment_id, facts.before)
    return [fact, *catch_up.offered(workshop, enrolment, fact)]


def close(
    workshop: Workshop, command: CloseRegister, facts: WorkshopFacts
) -> Sequence[WorkshopMissed | CatchUpOffered | RegisterClosed]:
    """Return the absences and the closing.

    Raises NotStarted, AlreadyRecorded, NotARepresentative and RegisterIncomplete.
    """
    if workshop.closed_at is not None:
        return []
    must_have_started(workshop, facts.now)
    expected = _expected(workshop, facts.enrolments)
    absent = sorted(set(command.absent_person_ids))
    _check_absent(workshop, absent, expected)
    if unsaid := sorted(expected.keys() - workshop.attendances.keys() - set(absent)):
        raise RegisterIncomplete(field="absent_person_ids", person_ids=unsaid)
    missed: list[WorkshopMissed | CatchUpOffered] = []
    for person_id in absent:
        if person_id not in workshop.attendances:
            missed += _absence(workshop, expected[person_id], person_id)
    newly_missed = sum(isinstance(fact, WorkshopMissed) for fact in missed)
    return [*missed, _closed(workshop, newly_missed, facts.now)]


def _check(command: RecordAttendance, now: datetime) -> None:
    for field, moment in (("arrived", command.arrived), ("left", command.left)):
        if moment is not None:
            believable(moment.date(), now, field)
    if command.arrived and command.left and command.left < command.arrived:
        raise LeftBeforeArriving(field="left")
    if command.catch_up is not None and command.status != "caught-up":
        raise NothingToCatchUp(field="catch_up")


def must_have_started(workshop: Workshop, now: datetime) -> None:
    """Return when there is a register to write in. Raises WorkshopOff and NotStarted."""
    if workshop.cancelled:
        raise WorkshopOff(workshop_id=workshop.workshop_id)
    if workshop.starts_at is None or now < workshop.starts_at:
        raise NotStarted(starts_at=workshop.starts_at)


def says_the_same(known: Attendance, command: RecordAttendance, workshop: Workshop) -> bool:
    """Say whether the register says this already."""
    asked: dict[str, Any] = command.model_dump(include={"enrolment_id", "status"})
    if command.status == "caught-up":
        told = command.catch_up or CatchUp()
        asked |= {"catch_up_method": told.method, "via_workshop_id": told.via_workshop_id, "on": told.on or known.on}
        asked |= {"mode": command.mode or known.mode}
    elif command.status in THERE:
        asked |= {"mode": command.mode or workshop.mode, "arrived": command.arrived, "left": command.left}
    return all(getattr(known, field) == value for field, value in asked.items())


def _caught_up(known: Attendance, command: RecordAttendance) -> bool:
    """Say whether somebody who missed it, or a part of it, has caught up since: no contradiction."""
    same_home = known.enrolment_id == command.enrolment_id
    return same_home and command.status == "caught-up" and known.status not in ("attended", "caught-up")


def _how(workshop: Workshop, enrolment: Enrolment, command: RecordAttendance, facts: WorkshopFacts) -> dict[str, Any]:
    if command.status != "caught-up":
        return {}
    return catch_up.caught_up(workshop, command.catch_up or CatchUp(), enrolment, facts.other, facts.now)


def _fact(workshop: Workshop, enrolment: Enrolment, command: RecordAttendance, how: Mapping[str, Any]) -> Fact:
    told = _told(workshop, enrolment, command.person_id) | {"status": command.status, **how}
    if command.status not in THERE:
        return WorkshopMissed(**told)
    told |= {"mode": command.mode or how.get("mode", workshop.mode), "arrived": command.arrived, "left": command.left}
    return WorkshopAttended(**told, covers=command.status != "part" or enrolment.rules.part_covers)


def must_be_open(workshop: Workshop, command: RecordAttendance, facts: WorkshopFacts) -> None:
    """Return when this may still be said. Raises WorkshopOff, NotStarted and OutsideWindow."""
    must_have_started(workshop, facts.now)
    enrolment = facts.enrolments.get(command.enrolment_id)
    if enrolment is not None:
        _late(workshop, command.person_id, enrolment, facts.now)


def _late(workshop: Workshop, person_id: str, enrolment: Enrolment, now: datetime) -> bool:
    """Say whether the register was closed before.

    Raises OutsideWindow when that was too long ago; what was voided may be entered anew at any time.
    """
    if workshop.closed_at is None or now <= workshop.closed_at:
        return False
    late_days = enrolment.rules.late_days
    until = workshop.closed_at + timedelta(days=late_days)
    if now > until and not workshop.entered_before(person_id):
        window: dict[str, Any] = {"from": workshop.starts_at, "to": until}
        raise OutsideWindow(field="person_id", late_days=late_days, **window)
    return True


def _must_be_in_order(workshop: Workshop, enrolment_id: str, before: Mapping[str, Workshop]) -> None:
    """A home was at what comes before, by whichever representative; catching up on it counts."""
    for code in workshop.after:
        held = before.get(code, Workshop()).attendances.values()
        if not any(known.there and known.enrolment_id == enrolment_id for known in held):
            raise OutOfSequence(field="enrolment_id", missing=code, code=workshop.code)


def _told(workshop: Workshop, enrolment: Enrolment, person_id: str) -> dict[str, Any]:
    return {
        "attendance_id": workshop.next_attendance_id(person_id),
        "workshop_id": workshop.workshop_id,
        "cohort_id": workshop.cohort_id,
        "code": workshop.code,
        "enrolment_id": enrolment.enrolment_id,
        "home_id": enrolment.home_id,
        "person_id": person_id,
        "on": workshop.day,
    }


def _expected(workshop: Workshop, enrolments: Mapping[str, Enrolment]) -> dict[str, Enrolment]:
    return {
        person_id: enrolment
        for enrolment in enrolments.values()
        for person_id in enrolment.representing(workshop.day)
        if enrolment.cohort_id == workshop.cohort_id and enrolment.represented_by(person_id, workshop.day)
    }


def _check_absent(workshop: Workshop, absent: Sequence[str], expected: Mapping[str, Enrolment]) -> None:
    for person_id in absent:
        known = workshop.attendances.get(person_id)
        if known is not None and known.there:
            raise AlreadyRecorded(field="absent_person_ids", attendance_id=known.attendance_id)
        if known is None and person_id not in expected:
            raise NotARepresentative(field="absent_person_ids", person_id=person_id)


def _absence(workshop: Workshop, enrolment: Enrolment, person_id: str) -> list[WorkshopMissed | CatchUpOffered]:
    missed = WorkshopMissed(**_told(workshop, enrolment, person_id), status="absent", assumed=True)
    return [missed, *catch_up.offered(workshop, enrolment, missed)]


def _closed(workshop: Workshop, newly_missed: int, now: datetime) -> RegisterClosed:
    there = sum(known.there for known in workshop.attendances.values())
    return RegisterClosed(
        workshop_id=workshop.workshop_id,
        cohort_id=workshop.cohort_id,
        code=workshop.code,
        attended=there,
        missed=len(workshop.attendances) - there + newly_missed,
        closed_at=now,
    )
