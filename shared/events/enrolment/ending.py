"""How an enrolment ends: completed, withdrawn, or never accepted."""

from datetime import date

from shared.chassis.declarations.event import Event


class EnrolmentCompleted(Event):
    """The home has coverage and a signed-off portfolio: it has completed.

    Caused sometimes by NoteSignOff and by NoteAttendance.
    """

    enrolment_id: str
    home_id: str
    pathway: str
    cohort_id: str
    completed_on: date
    weeks_taken: int


class EnrolmentWithdrawn(Event):
    """A home left the programme before completing. `waiting_cohort_id` is where it only waited for a place.

    Caused always by WithdrawEnrolment.
    """

    enrolment_id: str
    home_id: str
    pathway: str
    reason: str
    withdrawn_on: date
    cohort_id: str | None = None
    waiting_cohort_id: str | None = None


class ApplicationRejected(Event):
    """An application was turned down, for a reason that is never a rating. Caused always by RejectApplication."""

    enrolment_id: str
    home_id: str
    pathway: str
    reason: str
    rejected_on: date
    waiting_cohort_id: str | None = None
