"""The way out: a requested message is claimed, rendered for its reader, handed over, and what became of it is recorded.

The claim is in the journal before anything leaves, so an event that comes again, also in a full replay, sends nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from services.notifications.domain.attempt import ClaimMessage
from services.notifications.domain.audience import Audience
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import (
    Outcome,
    RecordDeferred,
    RecordFailed,
    RecordSent,
    RecordUnconfirmed,
)
from services.notifications.gateways.mail import Appointment, Handover, Mail, Mailer
from services.notifications.templates.naming import named
from services.notifications.templates.notices import NOTICES
from services.notifications.templates.rendering import NotRenderable, Rendered, render
from services.notifications.templates.wording import Chosen, NoWording, wording
from shared.chassis.declarations.errand import Errand, ErrandTools, Tools
from shared.events.notifications import DeferralReason, FailureReason, MessageRequested
from shared.events.people import ContactCard
from shared.events.values import calendar_uid

MAILER = "mail"
"""The name under which the service registers its provider of e-mail."""


def claim(event: MessageRequested) -> ClaimMessage:
    """Take this attempt on."""
    return ClaimMessage(message_id=event.message_id, attempt=event.attempt)


def lose_sight(event: MessageRequested) -> RecordUnconfirmed:
    """Somebody took it on and was not heard of again."""
    return RecordUnconfirmed(message_id=event.message_id, attempt=event.attempt)


async def send(event: MessageRequested, tools: ErrandTools) -> Outcome:
    """Hand the message over; the command that records what became of it."""
    message = await tools.look(Message, event.message_id)
    if message is None or message.status != "claimed":
        # Claiming found that it comes too late: that is recorded already, and this changes nothing.
        return _failed(event, "too-late")
    card = await tools.addressee(event.recipient_person_id)
    if card is None:
        return _deferred(event, "no-card-yet")
    reader = ContactCard.model_validate(card)
    if reader.email is None:
        return _failed(event, "no-address")
    try:
        chosen = await wording(event.template_key, event.template_id, reader.language, tools.look)
        rendered = await _rendered(event, chosen, reader, tools)
    except (NoWording, NotRenderable):
        return _failed(event, "not-renderable")
    if event.attempt > 1 and await _superseded(event, tools):
        return _failed(event, "superseded")
    mail = _mail(event, message, reader.email, rendered)
    mailer: Mailer = tools.gateway(MAILER)
    return _outcome(event, chosen, await mailer.send(mail))


async def _rendered(event: MessageRequested, chosen: Chosen, reader: ContactCard, tools: Tools) -> Rendered:
    language = chosen.text.language
    rule = NOTICES.get(event.notice)
    if rule is None:
        raise NotRenderable
    because = rule.because.get(language, rule.because["en"])
    fields = await named(rule, event.fields, tools)
    return render(chosen.text, {**fields, "name": reader.name, "language": language}, because)


async def _superseded(event: MessageRequested, tools: Tools) -> bool:
    """Whether something newer was said of the same thing while this one waited, or its reader left."""
    audience = await tools.look(Audience, event.audience_id) if event.audience_id else None
    if audience is None:
        return False
    notice = audience.notices.get(event.notice_id or "")
    if notice is None or notice.source_event_id != event.source_event_id:
        return True
    return not any(seat.person_id == event.recipient_person_id and notice.is_for(seat) for seat in audience.seats)


def _appointment(event: MessageRequested) -> Appointment | None:
    rule, fields = NOTICES[event.notice], event.fields
    if rule.calendar is None:
        return None
    return Appointment(
        method="CANCEL" if rule.calendar == "cancel" else "REQUEST",
        uid=_uid(fields),
        sequence=int(fields["revision"]) - 1,
        title=fields["title"],
        starts_at=datetime.fromisoformat(fields["starts_at"]),
        ends_at=datetime.fromisoformat(fields["ends_at"]),
        place=fields.get("join_link") or fields["venue"],
    )


def _uid(fields: Mapping[str, str]) -> str:
    if "gathering_id" in fields:
        return calendar_uid(fields["gathering_id"], "gatherings")
    return calendar_uid(fields["workshop_id"])


def _mail(event: MessageRequested, message: Message, to: str, rendered: Rendered) -> Mail:
    return Mail(
        message_id=event.message_id,
        at=message.steps[-1].at,
        to=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        appointment=_appointment(event),
    )


def _outcome(event: MessageRequested, chosen: Chosen, handover: Handover) -> Outcome:
    match handover:
        case Handover.ACCEPTED:
            return RecordSent(
                message_id=event.message_id,
                attempt=event.attempt,
                template_origin=chosen.origin,
                template_number=chosen.number,
                language=chosen.text.language,
            )
        case Handover.ADDRESS_REFUSED:
            return _failed(event, "address-refused")
        case Handover.REFUSED:
            return _failed(event, "provider-refused")
        case Handover.AWAY:
            return _deferred(event, "provider-away")
        case Handover.BUSY:
            return _deferred(event, "provider-busy")
        case Handover.UNKNOWN:
            return lose_sight(event)


def _failed(event: MessageRequested, reason: FailureReason) -> RecordFailed:
    return RecordFailed(message_id=event.message_id, attempt=event.attempt, reason=reason)


def _deferred(event: MessageRequested, reason: DeferralReason) -> RecordDeferred:
    return RecordDeferred(message_id=event.message_id, attempt=event.attempt, reason=reason)


SEND = Errand(name="send-message", claim=claim, run=send, interrupted=lose_sight)
