"""Through which enrolment a person can be asked, should their address take no messages."""

from services.notifications.domain.recipient import NoteEnrolment, recipient_id
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import ApplicationSubmitted, CommitmentRecorded, RepresentativeConfirmed


def when_application_submitted_note_applicant(event: ApplicationSubmitted, envelope: Envelope) -> NoteEnrolment:
    """The applicant has a part in the enrolment."""
    return _note(event.applicant_person_id, event.enrolment_id, envelope)


def when_commitment_recorded_note_signatory(event: CommitmentRecorded, envelope: Envelope) -> NoteEnrolment:
    """The signatory has a part in the enrolment."""
    return _note(event.signatory_person_id, event.enrolment_id, envelope)


def when_representative_confirmed_note_them(event: RepresentativeConfirmed, envelope: Envelope) -> NoteEnrolment:
    """A representative has a part in the enrolment."""
    return _note(event.person_id, event.enrolment_id, envelope)


def _note(person_id: str, enrolment_id: str, envelope: Envelope) -> NoteEnrolment:
    where = recipient_id(envelope.region, person_id)
    return NoteEnrolment(recipient_id=where, person_id=person_id, enrolment_id=enrolment_id)
