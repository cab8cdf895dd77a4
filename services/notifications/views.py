"""What people look at: messages, addresses that take none, and the wordings that a region published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from services.notifications.domain.message import MessageEvent
from shared.chassis.declarations.access import may
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.view import Row, View
from shared.events.notifications import (
    Cadence,
    DeliveryRefused,
    MessageClaimed,
    MessageDeferred,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageSent,
    MessageUnconfirmed,
    PreferencesSet,
    RecipientResumed,
    RecipientUnreachable,
    SwitchedOff,
    TemplatePublished,
)
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, MEMBER, REPRESENTATIVE

TEAM = may(COORDINATOR, FACILITATOR)
OWN = may(MANAGER, REPRESENTATIVE, MEMBER, within="self")


class MessageRow(Row):
    """One message, without its text or address."""

    message_id: str
    recipient_person_id: str = ""
    notice: str = ""
    template_key: str = ""
    source_event_id: str = ""
    status: str = "requested"
    delivery: str = "sending"
    attempt: int = 1
    reason: str | None = None
    requested_at: datetime | None = None
    last_at: datetime | None = None


STATUS: Mapping[type[MessageEvent], str] = {
    MessageRequested: "requested",
    MessageClaimed: "claimed",
    MessageSent: "sent",
    MessageDelivered: "delivered",
    MessageDeferred: "deferred",
    MessageFailed: "failed",
    MessageUnconfirmed: "unconfirmed",
}


DELIVERY: Mapping[str, str] = {
    "requested": "sending",
    "claimed": "sending",
    "deferred": "temporary_failure",
    "unconfirmed": "technical_failure",
    "provider-refused": "technical_failure",
    "not-renderable": "technical_failure",
    "address-refused": "permanent_failure",
    "no-address": "permanent_failure",
    "no-card": "permanent_failure",
    "suppressed": "permanent_failure",
    "too-late": "temporary_failure",
    "not-wanted": "not_sent",
    "superseded": "not_sent",
}
"""In the words that providers of messages use. `sent`: handed over, and nobody has reported what became of it."""


def message_row(row: MessageRow | None, event: MessageEvent, envelope: Envelope) -> MessageRow:
    """The row after this event; all come from the message's one stream."""
    row = row or MessageRow(message_id=event.message_id, requested_at=envelope.time)
    told = event.model_dump(include={"recipient_person_id", "notice", "template_key", "source_event_id", "attempt"})
    reason = event.reason if isinstance(event, MessageDeferred | MessageFailed) else None
    status = STATUS[type(event)]
    state = reason if status == "failed" else status
    delivery = DELIVERY.get(state or "", status)
    changes = {**told, "status": status, "delivery": delivery, "reason": reason, "last_at": envelope.time}
    return row.model_copy(update=changes)


class FailedAddressRow(Row):
    """A person whose address is missing or takes no messages. `recipient_id` is what may be resumed."""

    person_id: str
    recipient_id: str = ""
    reason: str
    since: datetime
    refused_count: int = 0
    last_message_id: str | None = None


RecipientEvent = DeliveryRefused | RecipientUnreachable | RecipientResumed


def failed_address_row(
    row: FailedAddressRow | None, event: RecipientEvent, envelope: Envelope
) -> FailedAddressRow | None:
    """The row after this event; it goes when somebody has seen to the address."""
    match event:
        case RecipientResumed():
            return None
        case RecipientUnreachable():
            return row
        case DeliveryRefused():
            row = row or FailedAddressRow(
                person_id=event.person_id,
                recipient_id=event.recipient_id,
                reason=event.reason,
                since=envelope.time,
            )
            changes = {"refused_count": row.refused_count + 1, "last_message_id": event.message_id}
            return row.model_copy(update={**changes, "reason": event.reason})
        case _:
            assert_never(event)


def with_name(row: FailedAddressRow, card: Mapping[str, Any] | None, _viewer: object) -> Mapping[str, Any]:
    """The row with the person's name, so that a person knows whom to ask; never the address itself."""
    return {**row.model_dump(mode="json"), "name": card["name"] if card else None}


class RecipientRow(Row):
    """What a person said that they want to be told, and how often; who never said so has no row."""

    recipient_id: str
    person_id: str
    off: tuple[SwitchedOff, ...]
    digest: Cadence


def recipient_row(row: RecipientRow | None, event: PreferencesSet) -> RecipientRow:  # noqa: ARG001 - the row follows from the event alone
    """The row after this event."""
    return RecipientRow(**event.model_dump())


class TemplateRow(Row):
    """The newest wording that a region published for one message."""

    template_id: str
    key: str
    number: int
    languages: tuple[str, ...]
    published_at: datetime


def template_row(row: TemplateRow | None, event: TemplatePublished, envelope: Envelope) -> TemplateRow:  # noqa: ARG001 - the row follows from the event alone
    """The row after this event."""
    return TemplateRow(
        template_id=event.template_id,
        key=event.key,
        number=event.number,
        languages=tuple(text.language for text in event.texts),
        published_at=envelope.time,
    )


MESSAGES = View(
    path="messages",
    key=lambda event: event.message_id,
    fold=message_row,
    read_by=TEAM | OWN,
    filters=("recipient_person_id", "template_key", "status", "delivery", "source_event_id"),
    order="requested_at",
    person="recipient_person_id",
)
FAILED_ADDRESSES = View(
    path="failed-addresses",
    key=lambda event: event.recipient_id or event.person_id,
    fold=failed_address_row,
    read_by=TEAM,
    filters=("person_id", "reason"),
    order="since",
    card="person_id",
    present=with_name,
)
RECIPIENTS = View(
    path="recipients",
    key=lambda event: event.recipient_id or None,
    fold=recipient_row,
    read_by=TEAM | OWN,
    filters=("person_id",),
    order="person_id",
    person="person_id",
)
TEMPLATES = View(
    path="templates",
    key=lambda event: event.template_id,
    fold=template_row,
    read_by=TEAM,
    filters=("key",),
    order="key",
)
