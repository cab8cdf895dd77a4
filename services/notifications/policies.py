"""What is said when something happens elsewhere. To whom, by which template and with which fields is in `notices.yaml`.

Three sorts: who joins or leaves an audience; what an audience is told; what one person is told. They come to the same
end in any order: an audience keeps a notice for those who join later.
"""

from collections.abc import Sequence

from services.notifications.domain.audience import (
    JoinAudience,
    LeaveAudience,
    Seat,
    SetNotice,
    audience_id,
)
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.recipient import NoteFailure
from services.notifications.templates.notices import announce, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import (
    ApplicationSubmitted,
    ChampionAwarded,
    EnrolmentWithdrawn,
    FacilitatorAssigned,
    HomeEnrolled,
    RepresentativeConfirmed,
    RepresentativeEnded,
    WorkshopScheduled,
)
from shared.events.network import (
    MemberInvited,
    MemberJoined,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from shared.events.notifications import MessageFailed, MessageWanted
from shared.events.portfolio import (
    AccreditationGranted,
    EvidenceApproved,
    EvidenceReturned,
    EvidenceSubmitted,
    PortfolioReadyForSignOff,
)

# Who is in which audience


def when_home_enrolled_seat_its_people(event: HomeEnrolled) -> JoinAudience:
    """Signatory, representatives and facilitator are told about the enrolment."""
    through = event.enrolment_id
    seats = (
        Seat(person_id=event.signatory_person_id, role="signatory", through=through),
        Seat(person_id=event.lead_person_id, role="facilitator", through=through),
        *_representatives(event.representative_person_ids, through),
    )
    return JoinAudience(audience_id=audience_id("enrolment", through), seats=seats)


def when_home_enrolled_seat_representatives_in_cohort(event: HomeEnrolled) -> JoinAudience:
    """The home's representatives are told about the workshops of their cohort."""
    seats = _representatives(event.representative_person_ids, event.enrolment_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=seats)


def when_representative_confirmed_seat_them(event: RepresentativeConfirmed) -> JoinAudience:
    """A representative is told about the enrolment."""
    seats = _representatives((event.person_id,), event.enrolment_id)
    return JoinAudience(audience_id=audience_id("enrolment", event.enrolment_id), seats=seats)


def when_representative_confirmed_seat_them_in_cohort(event: RepresentativeConfirmed) -> JoinAudience | None:
    """Who is confirmed after the home got its place is told about the workshops; before, HomeEnrolled sees to it."""
    if event.cohort_id is None:
        return None
    seats = _representatives((event.person_id,), event.enrolment_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=seats)


def when_representative_ended_unseat_them(event: RepresentativeEnded) -> LeaveAudience:
    """A former representative hears nothing more of the enrolment."""
    return _leave("enrolment", event.enrolment_id, event)


def when_representative_ended_unseat_them_in_cohort(event: RepresentativeEnded) -> LeaveAudience | None:
    """A former representative hears nothing more of the workshops."""
    return _leave("cohort", event.cohort_id, event) if event.cohort_id else None


def when_enrolment_withdrawn_unseat_its_people(event: EnrolmentWithdrawn) -> LeaveAudience | None:
    """Nobody of a home that left is told about workshops any more."""
    if event.cohort_id is None:
        return None
    return LeaveAudience(audience_id=audience_id("cohort", event.cohort_id), through=event.enrolment_id)


def when_facilitator_assigned_seat_them(event: FacilitatorAssigned) -> JoinAudience:
    """The facilitator is told about the workshops of the cohort."""
    seat = Seat(person_id=event.person_id, role="facilitator", through=event.cohort_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=(seat,))


def when_facilitator_replaced_unseat_them(event: FacilitatorAssigned) -> LeaveAudience | None:
    """The facilitator who led the cohort before is told no longer."""
    if event.previous_person_id in (None, event.person_id):
        return None
    return LeaveAudience(
        audience_id=audience_id("cohort", event.cohort_id),
        through=event.cohort_id,
        person_id=event.previous_person_id,
        role="facilitator",
    )


# What an audience is told


def when_home_enrolled_welcome_its_people(event: HomeEnrolled, envelope: Envelope) -> SetNotice:
    """Welcome signatory and representatives."""
    return announce("welcome", event, envelope)


def when_workshop_scheduled_invite_cohort(event: WorkshopScheduled, envelope: Envelope) -> SetNotice:
    """Invite the people of the cohort."""
    return announce("workshop-invitation", event, envelope)


def when_workshop_scheduled_remember_to_remind(event: WorkshopScheduled, envelope: Envelope) -> SetNotice:
    """Remind those who are in the cohort shortly before the workshop."""
    return announce("workshop-reminder", event, envelope)


def when_evidence_submitted_tell_facilitator(event: EvidenceSubmitted, envelope: Envelope) -> SetNotice:
    """Tell the facilitator that there is something to review."""
    return announce("evidence-submitted", event, envelope)


def when_portfolio_ready_tell_signers(event: PortfolioReadyForSignOff, envelope: Envelope) -> SetNotice:
    """Tell facilitator and signatory that there is something to sign."""
    return announce("portfolio-ready", event, envelope)


def when_accreditation_granted_congratulate(event: AccreditationGranted, envelope: Envelope) -> SetNotice:
    """Congratulate the home's people."""
    return announce("accreditation-granted", event, envelope)


# What one person is told


def when_application_submitted_tell_applicant(event: ApplicationSubmitted, envelope: Envelope) -> RequestMessage:
    """Tell the applicant that the application has arrived."""
    return request("application-received", event, envelope)


def when_evidence_returned_tell_author(event: EvidenceReturned, envelope: Envelope) -> RequestMessage:
    """Tell the author what is missing."""
    return request("evidence-returned", event, envelope)


def when_evidence_approved_tell_author(event: EvidenceApproved, envelope: Envelope) -> RequestMessage:
    """Tell the author the good news."""
    return request("evidence-approved", event, envelope)


def when_champion_awarded_congratulate(event: ChampionAwarded, envelope: Envelope) -> RequestMessage:
    """Congratulate the person."""
    return request("champion-award", event, envelope)


def when_member_invited_invite(event: MemberInvited, envelope: Envelope) -> RequestMessage:
    """Invite the person to the champions' network."""
    return request("network-invitation", event, envelope)


def when_member_joined_welcome(event: MemberJoined, envelope: Envelope) -> RequestMessage:
    """Welcome the new member."""
    return request("network-joined", event, envelope)


def when_consent_given_send_receipt(event: SharingConsentGiven, envelope: Envelope) -> RequestMessage:
    """Confirm what the person agreed to share."""
    return request("consent-given", event, envelope)


def when_consent_withdrawn_send_receipt(event: SharingConsentWithdrawn, envelope: Envelope) -> RequestMessage:
    """Confirm what is no longer shared."""
    return request("consent-withdrawn", event, envelope)


# What becomes of it


def when_message_wanted_request_it(event: MessageWanted) -> RequestMessage:
    """Each recipient's message has its own stream, whose id lets it be sent once only."""
    return RequestMessage(**event.model_dump(exclude={"audience_id", "notice_id"}))


def when_message_failed_note_it(event: MessageFailed) -> NoteFailure | None:
    """Remember an address that takes no messages, or is missing."""
    if event.reason not in ("address-refused", "no-address", "no-card"):
        return None
    return NoteFailure(recipient_id=event.recipient_person_id, message_id=event.message_id, reason=event.reason)


def _representatives(person_ids: Sequence[str], through: str) -> tuple[Seat, ...]:
    return tuple(Seat(person_id=person_id, role="representative", through=through) for person_id in person_ids)


def _leave(kind: str, thing_id: str, event: RepresentativeEnded) -> LeaveAudience:
    return LeaveAudience(
        audience_id=audience_id(kind, thing_id),
        through=event.enrolment_id,
        person_id=event.person_id,
        role="representative",
    )
