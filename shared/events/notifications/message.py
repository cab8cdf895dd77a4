"""A message: requested, claimed, and what became of it."""

from datetime import datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Language

Channel = Literal["email"]
Category = Literal["service", "reminder", "progress", "news"]
TemplateOrigin = Literal["packaged", "published"]
DeferralReason = Literal["provider-away", "provider-busy", "no-card-yet"]
FailureReason = Literal[
    "no-address",
    "no-card",
    "address-refused",
    "provider-refused",
    "suppressed",
    "too-late",
    "not-renderable",
    "not-wanted",
    "superseded",
]
"""no-card: never had one, or erased; suppressed: an earlier message found the address dead; too-late: what it would
have said is over; not-renderable: the wording asks for something that this notice no longer gives; not-wanted: the
person switched this category off; superseded: it waited, and meanwhile something newer was said or the person left."""


class MessageRequested(Event):
    """A message is to be sent.

    Caused sometimes by RequestMessage (attempt 1), RequestAgain and SendAgain (attempt 2, 3 …).
    """

    message_id: str
    recipient_person_id: str
    notice: str
    template_key: str
    template_id: str
    category: Category
    channel: Channel
    source_event_id: str
    fields: dict[str, str]
    valid_until: datetime
    attempt: int
    requested_at: datetime
    audience_id: str | None = None
    notice_id: str | None = None
    recipient_id: str | None = None


class MessageClaimed(Event):
    """A process took it on itself to send the message, before anything left. Caused sometimes by ClaimMessage."""

    message_id: str
    attempt: int
    claimed_at: datetime


class MessageSent(Event):
    """The provider took the message. Caused sometimes by RecordSent."""

    message_id: str
    recipient_person_id: str
    notice: str
    template_key: str
    template_origin: TemplateOrigin
    template_number: int
    language: Language
    source_event_id: str
    attempt: int
    sent_at: datetime


class MessageDelivered(Event):
    """The provider reports that the message arrived. Caused sometimes by RecordReceipt."""

    message_id: str
    recipient_person_id: str
    delivered_at: datetime


class MessageDeferred(Event):
    """Nothing left the house; the message is tried again later. Caused sometimes by RecordDeferred."""

    message_id: str
    attempt: int
    reason: DeferralReason
    deferred_at: datetime
    try_again_at: datetime


class MessageFailed(Event):
    """The message will not be sent, or came back.

    Caused sometimes by RecordFailed, RecordReceipt (it came back), RecordDeferred (no card in the end), RequestMessage,
    RequestAgain and ClaimMessage.
    """

    message_id: str
    recipient_person_id: str
    notice: str
    template_key: str
    source_event_id: str
    reason: FailureReason
    attempt: int
    failed_at: datetime


class MessageUnconfirmed(Event):
    """Nobody knows whether the message left: the connection or the process died while sending.

    Caused sometimes by RecordUnconfirmed.
    """

    message_id: str
    recipient_person_id: str
    template_key: str
    attempt: int
    unconfirmed_at: datetime
