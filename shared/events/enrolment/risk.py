"""Which homes somebody should look after, and what that is judged by."""

from datetime import date
from typing import ClassVar

from shared.chassis.declarations.event import Event


class EnrolmentAtRisk(Event):
    """A rule found a reason to look after a home that has its place; `says` is the reason in the version's words.

    `reasons` are all that hold now: no-representative, workshops-missed, silent, manager-changed,
    catch-up-overdue.
    Caused sometimes by NoteAttendance, by NoteAbsence, by NoteActivity, by NoteManagerChange, by ReviewEnrolment,
    by RecordCommitment, by ConfirmRepresentative, by EndRepresentative, by ReplaceRepresentative, by ResumeEnrolment,
    by TakeBackAttendance, by ReviewCatchUps.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    reason: str
    says: str
    reasons: tuple[str, ...]
    raised_on: date
    review_by: date


class EnrolmentRiskCleared(Event):
    """A reason to look after a home holds no more; `reasons` are those left, none when all is well again.

    Caused sometimes by NoteAttendance, by NoteAbsence, by NoteActivity, by NoteManagerChange, by ReviewEnrolment,
    by RecordCommitment, by ConfirmRepresentative, by EndRepresentative, by ReplaceRepresentative, by ResumeEnrolment,
    by TakeBackAttendance, by ReviewCatchUps.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    reason: str
    reasons: tuple[str, ...]
    cleared_on: date
    silence_review_on: date | None = None


class SilenceReviewPlanned(Event):
    """A home was heard from; on that day it is looked at again. Caused sometimes by ReviewEnrolment."""

    enrolment_id: str
    home_id: str
    silence_review_on: date


class AbsenceNoted(Event):
    """The enrolment knows that a representative missed a workshop. Caused sometimes by NoteAbsence."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str
    on: date


class ActivityNoted(Event):
    """The enrolment knows that its home was at work on that day. Caused sometimes by NoteActivity."""

    private: ClassVar[bool] = True

    enrolment_id: str
    on: date


class ManagerChangeNoted(Event):
    """The enrolment waits for the signature of a new manager. Caused sometimes by NoteManagerChange."""

    private: ClassVar[bool] = True

    enrolment_id: str
    manager_person_id: str
    changed_on: date
