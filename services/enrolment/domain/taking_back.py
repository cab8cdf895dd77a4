"""What follows when an attendance that counted was voided: coverage and awards are judged again, never silently.

What was concluded stays on record; that it stands on too little now is an event of its own, and so is that it stands
again. Nothing is revoked here: people decide (the accreditation is portfolio's).
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from services.enrolment.domain.completion import award_id, in_order, reached
from services.enrolment.domain.enrolment_state import Enrolment, Noted
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.events.enrolment import (
    AttendanceTakenBack,
    AwardPutUnderReview,
    AwardUpheld,
    CoverageLost,
    WorkshopUncovered,
)


class TakeBackAttendance(Command):
    """Count an attendance, or an absence, no more: it was voided."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    attendance_id: Key


def take_back(enrolment: Enrolment, command: TakeBackAttendance) -> Sequence[AttendanceTakenBack | WorkshopUncovered]:
    """Return what does not hold any more; nothing when it never counted, or was taken back before."""
    counted = _of(enrolment.attendances, command.attendance_id)
    told = counted or _of(enrolment.absences, command.attendance_id)
    if told is None:
        return []
    back = AttendanceTakenBack(**command.model_dump(), person_id=told.person_id, code=told.code)
    left = [noted for noted in enrolment.attendances if noted.attendance_id != command.attendance_id]
    if counted is None or told.code not in enrolment.covered or any(noted.code == told.code for noted in left):
        return [back]
    return [back, WorkshopUncovered(**command.model_dump(), home_id=enrolment.home_id, code=told.code)]


def _of(noted: Iterable[Noted], attendance_id: str) -> Noted | None:
    return next((one for one in noted if one.attendance_id == attendance_id), None)


def doubts(enrolment: Enrolment, attendance_id: str) -> Sequence[CoverageLost | AwardPutUnderReview]:
    """Return which conclusions stand on too little, now that this attendance counts no more."""
    lost = []
    if enrolment.coverage_completed and not _stands(enrolment):
        lost.append(
            CoverageLost(
                enrolment_id=enrolment.enrolment_id,
                home_id=enrolment.home_id,
                version_id=enrolment.version_id or "",
                attendance_id=attendance_id,
                missing_codes=_missing(enrolment, enrolment.attendances),
            )
        )
    return [*lost, *_awards(enrolment, attendance_id)]


def _stands(enrolment: Enrolment) -> bool:
    return reached(enrolment, enrolment.attendances, enrolment.rules.home_coverage_percent) is not None


def upheld(enrolment: Enrolment) -> Iterable[AwardUpheld]:
    """Return the awards under review that stand on enough again."""
    for person_id in sorted(enrolment.awards_under_review):
        own = _own(enrolment, person_id)
        if reached(enrolment, own, enrolment.rules.award_coverage_percent) is not None:
            yield AwardUpheld(**_award(enrolment, person_id))


def _awards(enrolment: Enrolment, attendance_id: str) -> Iterable[AwardPutUnderReview]:
    for person_id in sorted(enrolment.awarded - enrolment.awards_under_review):
        own = _own(enrolment, person_id)
        if reached(enrolment, own, enrolment.rules.award_coverage_percent) is None:
            missing = _missing(enrolment, own)
            yield AwardPutUnderReview(
                **_award(enrolment, person_id), attendance_id=attendance_id, missing_codes=missing
            )


def _award(enrolment: Enrolment, person_id: str) -> dict[str, str]:
    return {
        "award_id": award_id(enrolment.enrolment_id, person_id),
        "person_id": person_id,
        "enrolment_id": enrolment.enrolment_id,
        "home_id": enrolment.home_id,
    }


def _own(enrolment: Enrolment, person_id: str) -> Sequence[Noted]:
    return [noted for noted in enrolment.attendances if noted.person_id == person_id]


def _missing(enrolment: Enrolment, attendances: Iterable[Noted]) -> tuple[str, ...]:
    have = frozenset(noted.code for noted in attendances)
    return in_order(enrolment, frozenset(enrolment.mandatory_codes) - have)
