"""When a home that has its place needs looking after: each reason is raised by a rule, and cleared by the same rule.

The reasons are counted afresh from what is known of the enrolment, so whatever brings a change, in whatever order, the
same reasons hold in the end. Their words and numbers are those of the version that the home was placed with.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, get_args

from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.programme_version import Reason
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.events.days import local_day
from shared.events.enrolment import (
    AbsenceNoted,
    ActivityNoted,
    EnrolmentAtRisk,
    EnrolmentRiskCleared,
    ManagerChangeNoted,
    SilenceReviewPlanned,
)

NOBODY: Reason = "no-representative"
MISSED: Reason = "workshops-missed"
SILENT: Reason = "silent"
NEW_MANAGER: Reason = "manager-changed"
CATCH_UP: Reason = "catch-up-overdue"
REASONS: tuple[Reason, ...] = get_args(Reason)

RiskEvent = EnrolmentAtRisk | EnrolmentRiskCleared


class NoteAbsence(Command):
    """Count a workshop that one of the home's representatives missed."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    attendance_id: Key
    person_id: Key
    code: Key
    on: date


class NoteActivity(Command):
    """Take note that the home was at work on its portfolio."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    on: date


class NoteManagerChange(Command):
    """Take note that the home has a new registered manager, who has not signed yet."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    manager_person_id: Key
    changed_on: date


class ReviewEnrolment(Command):
    """Look whether the home was heard from of late."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key


class ReviewCatchUps(Command):
    """Look whether the home has caught up on what it missed, on the day after it should have."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key


def note_absence(enrolment: Enrolment, command: NoteAbsence) -> Sequence[AbsenceNoted]:
    """Return what is now noted; nothing when it was noted before, or when the home has no place."""
    known = any(noted.attendance_id == command.attendance_id for noted in enrolment.absences)
    if known or enrolment.status not in ("placed", "paused"):
        return []
    return [AbsenceNoted(**command.model_dump())]


def note_activity(enrolment: Enrolment, command: NoteActivity) -> Sequence[ActivityNoted]:
    """Return what is now noted; nothing when a later day is known, or when the home has no place."""
    known = enrolment.active_on is not None and enrolment.active_on >= command.on
    if known or enrolment.status not in ("placed", "paused"):
        return []
    return [ActivityNoted(**command.model_dump())]


def note_manager_change(enrolment: Enrolment, command: NoteManagerChange) -> Sequence[ManagerChangeNoted]:
    """Return what is now noted; nothing when this manager has signed, or when a later change is known."""
    signed, awaited = enrolment.commitment, enrolment.new_manager_person_id
    if not enrolment.live or signed is None:
        return []
    if awaited is None and signed.signatory_person_id == command.manager_person_id:
        return []
    if enrolment.manager_changed_on is not None and enrolment.manager_changed_on >= command.changed_on:
        return []
    return [ManagerChangeNoted(**command.model_dump())]


def review(enrolment: Enrolment, now: datetime) -> Sequence[SilenceReviewPlanned]:
    """Return when to look again; nothing when the home is silent, or has nothing to say."""
    if enrolment.status != "placed" or _silent(enrolment, local_day(now)):
        return []
    planned = SilenceReviewPlanned(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        silence_review_on=_silence_review_on(enrolment),
    )
    return [planned]


def changes(enrolment: Enrolment, now: datetime) -> Sequence[RiskEvent]:
    """Return the reasons that hold now and were not raised, and those that were raised and hold no more."""
    if enrolment.status != "placed":
        return []
    today = local_day(now)
    holding = _holding(enrolment, today)
    told: list[RiskEvent] = []
    open_reasons = dict(enrolment.risks)
    for reason in REASONS:
        if holding[reason] and reason not in open_reasons:
            open_reasons[reason] = today
            told.append(_raised(enrolment, reason, open_reasons, today))
        elif not holding[reason] and reason in open_reasons:
            del open_reasons[reason]
            told.append(_cleared(enrolment, reason, open_reasons, today))
    return told


def _holding(enrolment: Enrolment, today: date) -> Mapping[str, bool]:
    missed = {noted.code for noted in enrolment.absences} - set(enrolment.covered)
    return {
        NOBODY: not enrolment.active,
        MISSED: len(missed) >= enrolment.rules.missed_until_risk,
        SILENT: _silent(enrolment, today),
        NEW_MANAGER: enrolment.new_manager_person_id is not None,
        CATCH_UP: _behind(enrolment, today),
    }


def _behind(enrolment: Enrolment, today: date) -> bool:
    """Say whether the home should have caught up by now on something that nobody of it has covered."""
    late = [missed for missed in enrolment.absences if missed.catch_up_by < today]
    return bool(enrolment.rules.catch_up_methods) and any(missed.code not in enrolment.covered for missed in late)


def _silent(enrolment: Enrolment, today: date) -> bool:
    return today >= _silence_review_on(enrolment)


def _silence_review_on(enrolment: Enrolment) -> date:
    heard = [enrolment.active_on, enrolment.started_on, *(noted.on for noted in enrolment.attendances)]
    last = max(day for day in heard if day is not None)
    return last + timedelta(days=enrolment.rules.silent_days + 1)


def _raised(enrolment: Enrolment, reason: str, reasons: Mapping[str, date], today: date) -> EnrolmentAtRisk:
    return EnrolmentAtRisk(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        home_name=enrolment.home_name,
        cohort_id=enrolment.cohort_id or "",
        reason=reason,
        says=enrolment.risk_words.get(reason, reason),
        reasons=_ordered(reasons),
        raised_on=today,
        review_by=today + timedelta(days=enrolment.rules.risk_review_days),
    )


def _cleared(enrolment: Enrolment, reason: str, reasons: Mapping[str, date], today: date) -> EnrolmentRiskCleared:
    return EnrolmentRiskCleared(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        cohort_id=enrolment.cohort_id or "",
        reason=reason,
        reasons=_ordered(reasons),
        cleared_on=today,
        silence_review_on=_silence_review_on(enrolment) if reason == SILENT else None,
    )


def _ordered(reasons: Mapping[str, date]) -> tuple[str, ...]:
    return tuple(reason for reason in REASONS if reason in reasons)
