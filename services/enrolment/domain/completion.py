"""Coverage, awards and completion: what follows from who was there and from the portfolio's sign-off.

All of it is counted from what is noted in the enrolment, so that attendances and sign-off may come in any order. The
thresholds are those of the version that the home was placed with.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from services.enrolment.domain.enrolment_state import Enrolment, Noted, booking_key
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.identity import derived_id
from shared.events.enrolment import (
    AttendanceNoted,
    CaughtUp,
    ChampionAwarded,
    CoverageCompleted,
    EnrolmentCompleted,
    SignOffNoted,
    WorkshopCovered,
)


class NoteAttendance(Command):
    """Count an attendance of one of the home's representatives."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    attendance_id: Key
    person_id: Key
    code: Key
    on: date


class NoteSignOff(Command):
    """Take note that the enrolment's portfolio is signed off."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    portfolio_id: Key
    signed_off_on: date


AttendanceEvent = AttendanceNoted | CaughtUp | WorkshopCovered
Conclusion = CoverageCompleted | ChampionAwarded | EnrolmentCompleted


def note_attendance(enrolment: Enrolment, command: NoteAttendance) -> Sequence[AttendanceEvent]:
    """Return what is now noted; nothing when it was noted before, or when the home had no place then.

    What comes in after the home left is the person's own, if it was before; the home's coverage stays as it was.
    """
    if not enrolment.in_cohort and (enrolment.cohort_id is None or enrolment.left_before(command.on)):
        return []
    if any(noted.attendance_id == command.attendance_id for noted in enrolment.attendances):
        return []
    noted: list[AttendanceEvent] = [AttendanceNoted(**command.model_dump()), *_caught_up(enrolment, command)]
    if command.code in enrolment.covered or not enrolment.in_cohort:
        return noted
    covered = WorkshopCovered(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        code=command.code,
        person_id=command.person_id,
    )
    return [*noted, covered]


def _caught_up(enrolment: Enrolment, command: NoteAttendance) -> Sequence[CaughtUp]:
    """Return that somebody has done what they had booked."""
    booked = enrolment.catch_ups.get(booking_key(command.person_id, command.code))
    return [CaughtUp(**booked.model_dump(include=set(CaughtUp.model_fields)))] if booked else []


def note_sign_off(enrolment: Enrolment, command: NoteSignOff) -> Sequence[SignOffNoted]:
    """Return what is now noted; nothing when it was noted before, or when the home has no place."""
    if not enrolment.in_cohort or enrolment.signed_off_on is not None:
        return []
    return [SignOffNoted(**command.model_dump())]


def conclusions(enrolment: Enrolment) -> Sequence[Conclusion]:
    """Return what follows from all that is noted and was not concluded before."""
    if not enrolment.in_cohort:
        return []
    covered_on = reached(enrolment, enrolment.attendances, enrolment.rules.home_coverage_percent)
    if covered_on is None:
        return []
    coverage = [] if enrolment.coverage_completed else [_coverage(enrolment)]
    if enrolment.signed_off_on is None:
        return coverage
    both_on = max(covered_on, enrolment.signed_off_on)
    completed = [] if enrolment.status == "completed" else [_completion(enrolment, both_on)]
    return [*coverage, *_awards(enrolment, both_on), *completed]


def needed_of(enrolment: Enrolment, percent: int) -> int:
    """Return how many of the mandatory workshops so many per cent are; a part of one is one."""
    return -(-len(enrolment.mandatory_codes) * percent // 100)


def reached(enrolment: Enrolment, attendances: Iterable[Noted], percent: int) -> date | None:
    """Return the day on which these attendances covered so much of what is mandatory; None: not yet."""
    first = _first_days(enrolment, attendances)
    needed = needed_of(enrolment, percent)
    days = sorted(first.values())
    return days[needed - 1] if needed and len(days) >= needed else None


def _first_days(enrolment: Enrolment, attendances: Iterable[Noted]) -> Mapping[str, date]:
    first: dict[str, date] = {}
    for noted in attendances:
        if noted.code in enrolment.mandatory_codes:
            first[noted.code] = min(noted.on, first.get(noted.code, noted.on))
    return first


def award_id(enrolment_id: str, person_id: str) -> str:
    """Return the id of the award that a person may earn with this home."""
    return derived_id("award", enrolment_id, person_id)


def in_order(enrolment: Enrolment, codes: Iterable[str]) -> tuple[str, ...]:
    """Return those of the mandatory workshops that are among these, in the programme's order."""
    have = frozenset(codes)
    return tuple(code for code in enrolment.mandatory_codes if code in have)


def _coverage(enrolment: Enrolment) -> CoverageCompleted:
    return CoverageCompleted(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        version_id=enrolment.version_id or "",
        covered_codes=in_order(enrolment, enrolment.covered),
    )


def _awards(enrolment: Enrolment, both_on: date) -> Iterable[ChampionAwarded]:
    for person_id in dict.fromkeys(noted.person_id for noted in enrolment.attendances):
        own = [noted for noted in enrolment.attendances if noted.person_id == person_id]
        earned_on = reached(enrolment, own, enrolment.rules.award_coverage_percent)
        if earned_on is not None and person_id not in enrolment.awarded:
            yield ChampionAwarded(
                **_about(enrolment),
                award_id=award_id(enrolment.enrolment_id, person_id),
                person_id=person_id,
                covered_codes=in_order(enrolment, (noted.code for noted in own)),
                awarded_on=max(earned_on, both_on),
            )


def _about(enrolment: Enrolment) -> dict[str, Any]:
    return enrolment.model_dump(include={"enrolment_id", "home_id", "home_name", "version_id"})


def _completion(enrolment: Enrolment, both_on: date) -> EnrolmentCompleted:
    days = (both_on - enrolment.started_on).days if enrolment.started_on else 0
    return EnrolmentCompleted(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        pathway=enrolment.pathway,
        cohort_id=enrolment.cohort_id or "",
        completed_on=both_on,
        weeks_taken=max(days // 7, 0),
    )
