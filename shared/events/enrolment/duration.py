"""How long an enrolment takes: pauses, the day it is due, and longer time given."""

from datetime import date

from shared.chassis.declarations.event import Event


class EnrolmentPaused(Event):
    """A home put its nine months off and keeps its place. Caused sometimes by PauseEnrolment and by PauseVacant.

    `resume_by` is the day by which it means to go on, or, when nobody represents it, its facilitator decides.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    reason: str
    paused_on: date
    resume_by: date | None = None


class EnrolmentResumed(Event):
    """A home goes on after a pause; what was due is due so much later. Caused always by ResumeEnrolment.

    On `silence_review_on` it is looked at whether it was heard from.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    resumed_on: date
    paused_days: int
    due_on: date
    silence_review_on: date


class EnrolmentOverdue(Event):
    """A home is past the day by which it was expected to complete; `latest_on` is the next day to look, if any is left.

    `passed_on` is the day that it went past, `weeks` how long it has taken. Caused sometimes by FlagOverdue.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    due_on: date
    passed_on: date
    weeks: int
    latest_on: date | None = None


class DeadlineExtended(Event):
    """A home was given until a later day, for a reason. Caused sometimes by ExtendDeadline."""

    enrolment_id: str
    home_id: str
    cohort_id: str
    previous_due_on: date
    due_on: date
    reason: str
