"""What follows from what notifications itself decided: who is told, and what became of it."""

from services.notifications.domain.audience import SetNotice
from services.notifications.domain.digest import PlanDigest
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.recipient import NoteFailure, recipient_id
from services.notifications.templates.notices import announce, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.notifications import DigestTold, DigestWanted, MessageFailed, MessageWanted, RecipientUnreachable


def when_message_wanted_request_it(event: MessageWanted, envelope: Envelope) -> RequestMessage:
    """Each recipient's message has its own stream, whose id lets it be sent once only."""
    recipient = recipient_id(envelope.region, event.recipient_person_id)
    return RequestMessage(recipient_id=recipient, **event.model_dump())


def when_digest_wanted_plan_it(event: DigestWanted, envelope: Envelope) -> PlanDigest:
    """A person has one digest in a region, whatever waits."""
    person_id = event.recipient_person_id
    digest_id = recipient_id(envelope.region, person_id)
    return PlanDigest(digest_id=digest_id, person_id=person_id, audience_id=event.audience_id)


def when_digest_told_send_it(event: DigestTold, envelope: Envelope) -> RequestMessage:
    """Send the person what waits, and what was approved."""
    return request("digest", event, envelope)


def when_message_failed_note_it(event: MessageFailed, envelope: Envelope) -> NoteFailure | None:
    """Remember an address that takes no messages, or is missing."""
    if event.reason not in ("address-refused", "no-address", "no-card"):
        return None
    return NoteFailure(
        recipient_id=recipient_id(envelope.region, event.recipient_person_id),
        person_id=event.recipient_person_id,
        message_id=event.message_id,
        reason=event.reason,
    )


def when_recipient_unreachable_tell_facilitator(event: RecipientUnreachable, envelope: Envelope) -> SetNotice | None:
    """Tell the facilitator of the home, once until somebody has seen to the address."""
    return announce("contact-unreachable", event, envelope) if event.enrolment_id else None
