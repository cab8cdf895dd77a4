"""What notifications publishes: which message was wanted, and what became of it. Never an address, never a text."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Language, Value

Channel = Literal["email"]
Category = Literal["service", "reminder", "progress", "news"]
FailureReason = Literal["no-address", "address-refused", "erased", "suppressed", "provider-refused"]


class TemplateText(Value):
    """The wording of a template in one language: Jinja sources of subject, plain text and HTML."""

    language: Language
    subject: str
    text: str
    html: str


class TemplatePublished(Event):
    """A version of a message template became available; it never changes. Caused always by PublishTemplate."""

    template_id: str
    key: str
    number: int
    category: Category
    texts: tuple[TemplateText, ...]


class AudienceJoined(Event):
    """A person is among those who are told about something (an enrolment, a cohort). Caused always by JoinAudience."""

    private: ClassVar[bool] = True

    audience_id: str
    person_id: str
    role: str


class AudienceLeft(Event):
    """A person is no longer told about it. Caused always by LeaveAudience."""

    private: ClassVar[bool] = True

    audience_id: str
    person_id: str


class NoticeSet(Event):
    """Something will have to be said to this audience when its moment comes. Caused always by SetNotice."""

    audience_id: str
    notice_id: str
    template_key: str
    remind_at: datetime
    valid_until: datetime


class MessageWanted(Event):
    """A person should be told something. One event for each recipient. Caused always by TellAudience, TellPerson.

    `fields` are what the template shows besides what the contact card gives: dates, titles, names of homes; nothing
    personal.
    """

    message_id: str
    recipient_person_id: str
    template_key: str
    source_event_id: str
    fields: dict[str, str]
    calendar: dict[str, str] | None = None


class MessageRequested(Event):
    """A message is to be sent. Caused always by RequestMessage."""

    message_id: str
    recipient_person_id: str
    template_key: str
    source_event_id: str
    channel: Channel
    fields: dict[str, str]
    attempt: int = 1


class MessageClaimed(Event):
    """A process took it on itself to send the message, before anything left. Caused always by ClaimMessage."""

    message_id: str
    attempt: int


class MessageSent(Event):
    """The provider took the message. Caused always by RecordSent."""

    message_id: str
    recipient_person_id: str
    template_key: str
    template_number: int
    language: Language
    source_event_id: str
    attempt: int


class MessageDeferred(Event):
    """The provider could not be reached; nothing left; it is tried again later. Caused always by RecordDeferred."""

    message_id: str
    attempt: int
    try_again_at: datetime


class MessageFailed(Event):
    """The message will not be sent. Caused always by RecordFailed."""

    message_id: str
    recipient_person_id: str
    template_key: str
    source_event_id: str
    reason: FailureReason


class MessageUnconfirmed(Event):
    """Nobody knows whether the message left: a process died while sending. Caused always by RecordUnconfirmed."""

    message_id: str
    recipient_person_id: str
    template_key: str


class RecipientUnreachable(Event):
    """A person's address does not take messages; a person should look. Caused sometimes by NoteFailure."""

    person_id: str
    channel: Channel
    reason: FailureReason
