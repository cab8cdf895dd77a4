"""What falls due in enrolment: a look at a home that may be silent, the pause of one that nobody represents.

Reminders to people are the business of notifications.
"""

from datetime import UTC, date, datetime, time, timedelta

from services.enrolment.domain.leaving import PauseVacant
from services.enrolment.domain.risks import SILENT, ReviewEnrolment
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.enrolment import (
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentPaused,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    HomeEnrolled,
    RepresentativeConfirmed,
    RepresentativeEnded,
    SilenceReviewPlanned,
)

SilenceEvent = (
    HomeEnrolled
    | SilenceReviewPlanned
    | EnrolmentAtRisk
    | EnrolmentRiskCleared
    | EnrolmentResumed
    | EnrolmentPaused
    | EnrolmentCompleted
    | EnrolmentWithdrawn
)
VacancyEvent = RepresentativeEnded | RepresentativeConfirmed | EnrolmentPaused | EnrolmentCompleted | EnrolmentWithdrawn


def silence_due(due: Due | None, event: SilenceEvent) -> Due | None:
    """Look once the version's days of silence could be over; whoever was heard from meanwhile is looked at later."""
    match event:
        case HomeEnrolled():
            first = event.started_on + timedelta(days=event.rules.silent_days + 1)
            return Due(at=_start_of(first), ask=ReviewEnrolment(enrolment_id=event.enrolment_id))
        case SilenceReviewPlanned() | EnrolmentResumed() | EnrolmentRiskCleared():
            if event.silence_review_on is None:
                return due
            ask = ReviewEnrolment(enrolment_id=event.enrolment_id)
            return Due(at=_start_of(event.silence_review_on), ask=ask)
        case EnrolmentAtRisk():
            return None if event.reason == SILENT else due
        case _:
            return None


def vacancy_due(due: Due | None, event: VacancyEvent) -> Due | None:
    """Pause a home when nobody followed its last representative in time."""
    if not isinstance(event, RepresentativeEnded):
        return None
    if event.grace_ends_on is None:
        return due
    return Due(at=_start_of(event.grace_ends_on), ask=PauseVacant(enrolment_id=event.enrolment_id))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


SILENCE = Deadline(name="review-silence", key=lambda event: event.enrolment_id, fold=silence_due)
VACANCY = Deadline(name="pause-vacant", key=lambda event: event.enrolment_id, fold=vacancy_due)

DEADLINES = (SILENCE, VACANCY)
