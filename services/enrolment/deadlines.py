"""What falls due in enrolment: an offered place, a silent home, one that nobody represents, a catch-up, the end.

Reminders to people are the business of notifications.
"""

from datetime import timedelta

from services.enrolment.domain.leaving import PauseVacant
from services.enrolment.domain.overrun import FlagOverdue
from services.enrolment.domain.places import ExpireOffer
from services.enrolment.domain.risks import SILENT, ReviewCatchUps, ReviewEnrolment
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.days import start_of
from shared.events.enrolment import (
    CatchUpOffered,
    DeadlineExtended,
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentOverdue,
    EnrolmentPaused,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    HomeEnrolled,
    PlaceTaken,
    RepresentativeConfirmed,
    RepresentativeEnded,
    SilenceReviewPlanned,
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
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
TimeEvent = (
    HomeEnrolled
    | EnrolmentResumed
    | DeadlineExtended
    | EnrolmentOverdue
    | EnrolmentPaused
    | EnrolmentCompleted
    | EnrolmentWithdrawn
)
OfferEvent = WaitingPlaceOffered | WaitingPlaceOfferExpired | WaitingPlaceLeft | PlaceTaken
VacancyEvent = RepresentativeEnded | RepresentativeConfirmed | EnrolmentPaused | EnrolmentCompleted | EnrolmentWithdrawn


def silence_due(due: Due | None, event: SilenceEvent) -> Due | None:
    """Look once the version's days of silence could be over; whoever was heard from meanwhile is looked at later."""
    match event:
        case HomeEnrolled():
            first = event.started_on + timedelta(days=event.rules.silent_days + 1)
            return Due(at=start_of(first), ask=ReviewEnrolment(enrolment_id=event.enrolment_id))
        case SilenceReviewPlanned() | EnrolmentResumed() | EnrolmentRiskCleared():
            if event.silence_review_on is None:
                return due
            ask = ReviewEnrolment(enrolment_id=event.enrolment_id)
            return Due(at=start_of(event.silence_review_on), ask=ask)
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
    return Due(at=start_of(event.grace_ends_on), ask=PauseVacant(enrolment_id=event.enrolment_id))


def overdue_due(due: Due | None, event: TimeEvent) -> Due | None:
    """Look on the day after the expected end, and after the latest; a pause or more time puts it off."""
    del due
    match event:
        case HomeEnrolled():
            last = event.target_ends_on
        case EnrolmentResumed() | DeadlineExtended():
            last = event.due_on
        case EnrolmentOverdue():
            if event.latest_on is None:
                return None
            last = event.latest_on
        case _:
            return None
    return Due(at=start_of(last + timedelta(days=1)), ask=FlagOverdue(enrolment_id=event.enrolment_id))


def offer_due(due: Due | None, event: OfferEvent) -> Due | None:
    """Take an offer back when it has run out; whoever took the place or left the line has no offer any more."""
    del due
    if not isinstance(event, WaitingPlaceOffered):
        return None
    return Due(at=event.expires_at, ask=ExpireOffer(cohort_id=event.cohort_id, enrolment_id=event.enrolment_id))


def catch_up_due(due: Due | None, event: CatchUpOffered) -> Due | None:
    """Look on the day after the last on which somebody may catch up; whoever has by then is no reason to worry."""
    del due
    return Due(at=start_of(event.due_by + timedelta(days=1)), ask=ReviewCatchUps(enrolment_id=event.enrolment_id))


SILENCE = Deadline(name="review-silence", key=lambda event: event.enrolment_id, fold=silence_due)
VACANCY = Deadline(name="pause-vacant", key=lambda event: event.enrolment_id, fold=vacancy_due)

OFFER = Deadline(name="expire-offer", key=lambda event: f"{event.cohort_id}.{event.enrolment_id}", fold=offer_due)

OVERDUE = Deadline(name="flag-overdue", key=lambda event: event.enrolment_id, fold=overdue_due)

CATCH_UP = Deadline(name="review-catch-up", key=lambda event: event.attendance_id, fold=catch_up_due)

DEADLINES = (SILENCE, VACANCY, OFFER, OVERDUE, CATCH_UP)
