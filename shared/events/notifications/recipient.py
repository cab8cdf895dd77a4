"""A recipient: what they want to be told, and whether their address takes it."""

from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.notifications.message import Category, Channel, FailureReason
from shared.events.values import Value

Cadence = Literal["daily", "weekly"]


class DeliveryRefused(Event):
    """A message could not be delivered to a person for a reason that lies in their address.

    Caused sometimes by NoteFailure.
    """

    person_id: str
    message_id: str
    reason: FailureReason
    recipient_id: str = ""


class RecipientUnreachable(Event):
    """A person's address does not take messages; somebody should look. Caused sometimes by NoteFailure.

    `enrolment_id` is the newest that the person has a part in, if any.
    """

    person_id: str
    channel: Channel
    reason: FailureReason
    enrolment_id: str | None = None
    recipient_id: str = ""


class EnrolmentNoted(Event):
    """A person has a part in an enrolment: its facilitator is who can ask them. Caused sometimes by NoteEnrolment."""

    private: ClassVar[bool] = True

    person_id: str
    enrolment_id: str
    recipient_id: str = ""


class SwitchedOff(Value):
    """A category of messages that somebody does not want by this channel."""

    category: Category
    channel: Channel = "email"


class PreferencesSet(Event):
    """A person said which messages they do not want, and how often a digest. Caused sometimes by SetPreferences."""

    person_id: str
    off: tuple[SwitchedOff, ...]
    digest: Cadence
    recipient_id: str = ""


class RecipientResumed(Event):
    """Somebody saw to a person's address: messages may go there again. Caused sometimes by ResumeRecipient."""

    person_id: str
    recipient_id: str = ""
