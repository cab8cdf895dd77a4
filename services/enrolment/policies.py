"""Whenever …, then …: how enrolment goes on by itself.

Each policy asks one command of one stream, and all of them come to the same end in any order of events: what is noted
is counted afresh each time, and what is freed is freed only from the enrolment that has it.
"""

from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.home import FreePathway
from services.enrolment.domain.interest import FollowInterest
from services.enrolment.domain.places import FreePlace
from services.enrolment.domain.risks import NoteAbsence, NoteActivity, NoteManagerChange
from services.enrolment.domain.taking_back import TakeBackAttendance
from services.enrolment.domain.waiting import NoteOffer, NoteOfferOver
from shared.chassis.declarations.envelope import Envelope
from shared.events.days import local_day
from shared.events.enrolment import (
    ApplicationRejected,
    ApplicationSubmitted,
    AttendanceVoided,
    CommitmentInQuestion,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    PlaceDeclined,
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
    WorkshopAttended,
    WorkshopMissed,
)
from shared.events.portfolio import EvidenceSubmitted, PortfolioSignedOff


def when_workshop_attended_note_attendance(event: WorkshopAttended) -> NoteAttendance | None:
    """Who was there, and for long enough, covers the workshop for their home."""
    if not event.covers:
        return None
    return NoteAttendance(
        enrolment_id=event.enrolment_id,
        attendance_id=event.attendance_id,
        person_id=event.person_id,
        code=event.code,
        on=event.on,
    )


def when_attendance_voided_take_it_back(event: AttendanceVoided) -> TakeBackAttendance:
    """What was voided counts no more, and what was concluded from it is judged again."""
    return TakeBackAttendance(enrolment_id=event.enrolment_id, attendance_id=event.attendance_id)


def when_portfolio_signed_off_note_sign_off(event: PortfolioSignedOff) -> NoteSignOff:
    """A signed-off portfolio is one half of completing."""
    return NoteSignOff(
        enrolment_id=event.enrolment_id, portfolio_id=event.portfolio_id, signed_off_on=event.signed_off_on
    )


def when_enrolment_withdrawn_free_pathway(event: EnrolmentWithdrawn) -> FreePathway:
    """A home that left may apply again."""
    return FreePathway(home_id=event.home_id, pathway=event.pathway, enrolment_id=event.enrolment_id)


def when_enrolment_withdrawn_free_place(event: EnrolmentWithdrawn) -> FreePlace | None:
    """The place of a home that left is for another."""
    cohort_id = event.cohort_id or event.waiting_cohort_id
    return FreePlace(cohort_id=cohort_id, enrolment_id=event.enrolment_id) if cohort_id else None


def when_place_declined_free_place(event: PlaceDeclined) -> FreePlace:
    """A place that was declined is for the next in line."""
    return FreePlace(cohort_id=event.cohort_id, enrolment_id=event.enrolment_id)


def when_waiting_place_offered_note_offer(event: WaitingPlaceOffered) -> NoteOffer:
    """The enrolment of the next in line knows that a place is kept for it."""
    return NoteOffer(enrolment_id=event.enrolment_id, cohort_id=event.cohort_id, expires_at=event.expires_at)


def when_out_of_line_note_offer_over(event: WaitingPlaceOfferExpired | WaitingPlaceLeft) -> NoteOfferOver:
    """Who stands in the line no more may join another."""
    return NoteOfferOver(enrolment_id=event.enrolment_id, cohort_id=event.cohort_id)


def when_application_submitted_follow_interest(event: ApplicationSubmitted) -> FollowInterest | None:
    """An application that cites an interest is what came of it."""
    if event.interest_id is None:
        return None
    return FollowInterest(interest_id=event.interest_id, enrolment_id=event.enrolment_id)


def when_application_rejected_free_pathway(event: ApplicationRejected) -> FreePathway:
    """A home that was turned down may apply again."""
    return FreePathway(home_id=event.home_id, pathway=event.pathway, enrolment_id=event.enrolment_id)


def when_application_rejected_free_place(event: ApplicationRejected) -> FreePlace | None:
    """A home that was turned down waits no longer."""
    if event.waiting_cohort_id is None:
        return None
    return FreePlace(cohort_id=event.waiting_cohort_id, enrolment_id=event.enrolment_id)


def when_enrolment_completed_free_pathway(event: EnrolmentCompleted) -> FreePathway:
    """A home that completed may come again, for another round."""
    return FreePathway(home_id=event.home_id, pathway=event.pathway, enrolment_id=event.enrolment_id)


def when_workshop_missed_note_absence(event: WorkshopMissed) -> NoteAbsence:
    """Workshops that nobody of a home covers are a reason to look after it."""
    return NoteAbsence(
        enrolment_id=event.enrolment_id,
        attendance_id=event.attendance_id,
        person_id=event.person_id,
        code=event.code,
        on=event.on,
    )


def when_evidence_submitted_note_activity(event: EvidenceSubmitted, envelope: Envelope) -> NoteActivity:
    """A home that hands in evidence is not silent."""
    return NoteActivity(enrolment_id=event.enrolment_id, on=local_day(envelope.time))


def when_commitment_in_question_note_manager_change(event: CommitmentInQuestion) -> NoteManagerChange:
    """The new manager of a home that takes part is to sign, too."""
    return NoteManagerChange(
        enrolment_id=event.enrolment_id, manager_person_id=event.manager_person_id, changed_on=event.changed_on
    )


POLICIES = (
    when_workshop_attended_note_attendance,
    when_attendance_voided_take_it_back,
    when_workshop_missed_note_absence,
    when_evidence_submitted_note_activity,
    when_commitment_in_question_note_manager_change,
    when_portfolio_signed_off_note_sign_off,
    when_enrolment_withdrawn_free_pathway,
    when_enrolment_withdrawn_free_place,
    when_enrolment_completed_free_pathway,
    when_application_rejected_free_pathway,
    when_application_rejected_free_place,
    when_application_submitted_follow_interest,
    when_place_declined_free_place,
    when_waiting_place_offered_note_offer,
    when_out_of_line_note_offer_over,
)
