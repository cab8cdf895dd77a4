"""Through which enrolment a person can be asked, should their address take no messages."""

from services.notifications.domain.recipient import NoteEnrolment
from shared.events.enrolment import ApplicationSubmitted, CommitmentRecorded, RepresentativeConfirmed


def when_application_submitted_note_applicant(event: ApplicationSubmitted) -> NoteEnrolment:
    """The applicant has a part in the enrolment."""
    return NoteEnrolment(recipient_id=event.applicant_person_id, enrolment_id=event.enrolment_id)


def when_commitment_recorded_note_signatory(event: CommitmentRecorded) -> NoteEnrolment:
    """The signatory has a part in the enrolment."""
    return NoteEnrolment(recipient_id=event.signatory_person_id, enrolment_id=event.enrolment_id)


def when_representative_confirmed_note_them(event: RepresentativeConfirmed) -> NoteEnrolment:
    """A representative has a part in the enrolment."""
    return NoteEnrolment(recipient_id=event.person_id, enrolment_id=event.enrolment_id)
