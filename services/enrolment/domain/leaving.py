"""How a home stops: its application is turned down, it puts its nine months off for a while, or it leaves for good."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from services.enrolment.domain.askers import COORDINATORS, HOME_MANAGER, STAFF
from services.enrolment.domain.days import already
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.placing import AlreadyPlaced
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import ApplicationRejected, EnrolmentPaused, EnrolmentResumed, EnrolmentWithdrawn

WithdrawalReason = Literal[
    "staffing",
    "manager-change",
    "sale",
    "closure",
    "inspection-pressure",
    "not-relevant",
    "home-decided",
    "no-representative",
    "manager-left",
    "home-closed",
    "another-programme",
    "other",
]
RejectionReason = Literal["not-regulated", "out-of-area", "no-programme-for-setting", "duplicate", "other"]
"""Never a rating: every home that commits itself may come."""

PauseReason = Literal["staffing", "manager-change", "outbreak", "sale", "inspection-pressure", "other"]
NOBODY = "no-representative"


class RejectApplication(Command):
    """Turn an application down, for one of the reasons there are."""

    asked_by: ClassVar[Access] = COORDINATORS

    enrolment_id: Key
    reason: RejectionReason


class PauseEnrolment(Command):
    """Put the nine months off for a while (from today, when no day is given); the home keeps its place."""

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    reason: PauseReason
    paused_on: date | None = None
    resume_by: date | None = None


class PauseVacant(Command):
    """Put the nine months of a home off that nobody has represented for too long."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key


class ResumeEnrolment(Command):
    """Let the home go on (from today, when no day is given); what was due is due so much later."""

    asked_by: ClassVar[Access] = STAFF

    enrolment_id: Key
    resumed_on: date | None = None


class WithdrawEnrolment(Command):
    """End the enrolment before completion (today, when no day is given)."""

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    reason: WithdrawalReason
    withdrawn_on: date | None = None


class NotPlaced(Refusal):
    """The home has no place yet, so there is nothing to put off or to take up again."""


class AttendedLater(Refusal, kind="invalid"):
    """The home was at a workshop after this day: give that day or a later one."""


class ResumesBeforePause(Refusal, kind="invalid"):
    """The home goes on after it has paused: give a later day."""


class NobodyRepresents(Refusal):
    """Nobody represents the home now. Confirm a representative before it goes on."""


def reject(enrolment: Enrolment, command: RejectApplication, now: datetime) -> Sequence[ApplicationRejected]:
    """Return what follows. Raises AlreadyPlaced."""
    if enrolment.cohort_id is not None:
        raise AlreadyPlaced(cohort_id=enrolment.cohort_id)
    rejected = ApplicationRejected(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        pathway=enrolment.pathway,
        reason=command.reason,
        rejected_on=local_day(now),
        waiting_cohort_id=enrolment.waiting_cohort_id,
    )
    return [rejected]


def pause(enrolment: Enrolment, command: PauseEnrolment, now: datetime) -> Sequence[EnrolmentPaused]:
    """Return what follows; a home that pauses already goes on doing so. Raises NotPlaced, AbsurdDate, DateInFuture."""
    if enrolment.status == "paused":
        return []
    if command.resume_by is not None:
        believable(command.resume_by, now, "resume_by")
    paused_on = already(command.paused_on or local_day(now), now, "paused_on")
    return [_paused(enrolment, command.reason, paused_on, command.resume_by)]


def pause_vacant(enrolment: Enrolment, now: datetime) -> Sequence[EnrolmentPaused]:
    """Return the pause of a home that nobody represents, once its days of grace are over."""
    since, today = enrolment.vacant_since, local_day(now)
    if enrolment.status != "placed" or since is None:
        return []
    if today < since + timedelta(days=enrolment.rules.vacancy_grace_days):
        return []
    return [_paused(enrolment, NOBODY, today, since + timedelta(days=enrolment.rules.vacancy_decision_days))]


def resume(enrolment: Enrolment, command: ResumeEnrolment, now: datetime) -> Sequence[EnrolmentResumed]:
    """Return what follows. Raises NotPlaced, NobodyRepresents, ResumesBeforePause, AbsurdDate and DateInFuture."""
    if enrolment.status == "placed":
        return []
    if enrolment.paused_on is None or enrolment.due_on is None:
        raise NotPlaced
    resumed_on = already(command.resumed_on or local_day(now), now, "resumed_on")
    if resumed_on < enrolment.paused_on:
        raise ResumesBeforePause(field="resumed_on", paused_on=enrolment.paused_on)
    if not enrolment.active:
        raise NobodyRepresents
    away = resumed_on - enrolment.paused_on
    resumed = EnrolmentResumed(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        cohort_id=enrolment.cohort_id or "",
        resumed_on=resumed_on,
        paused_days=away.days,
        due_on=enrolment.due_on + away,
        silence_review_on=resumed_on + timedelta(days=enrolment.rules.silent_days + 1),
    )
    return [resumed]


def withdraw(enrolment: Enrolment, command: WithdrawEnrolment, now: datetime) -> Sequence[EnrolmentWithdrawn]:
    """Return what follows. Raises AttendedLater, AbsurdDate and DateInFuture."""
    withdrawn_on = already(command.withdrawn_on or local_day(now), now, "withdrawn_on")
    attended = max((noted.on for noted in enrolment.attendances), default=date.min)
    if withdrawn_on < attended:
        raise AttendedLater(field="withdrawn_on", attended_on=attended)
    withdrawn = EnrolmentWithdrawn(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        pathway=enrolment.pathway,
        reason=command.reason,
        withdrawn_on=withdrawn_on,
        cohort_id=enrolment.cohort_id,
        waiting_cohort_id=enrolment.waiting_cohort_id,
    )
    return [withdrawn]


def _paused(enrolment: Enrolment, reason: str, paused_on: date, resume_by: date | None) -> EnrolmentPaused:
    if enrolment.cohort_id is None:
        raise NotPlaced
    return EnrolmentPaused(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        cohort_id=enrolment.cohort_id,
        reason=reason,
        paused_on=paused_on,
        resume_by=resume_by,
    )
