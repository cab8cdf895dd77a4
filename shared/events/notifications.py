"""What notifications publishes: which message was wanted, and what became of it. Never an address, never a text."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Language, Value

Channel = Literal["email"]
Category = Literal["service", "reminder", "progress", "news"]
AudienceRole = Literal["signatory", "representative", "facilitator"]
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
Cadence = Literal["daily", "weekly"]


Collect = Literal["until-lifted", "once"]
"""until-lifted: every digest tells of it while it waits; once: the next digest tells of it."""


class TemplateText(Value):
    """The wording of a template in one language: Jinja sources of subject, plain text and HTML."""

    language: Language
    subject: str
    text: str
    html: str


class TemplatePublished(Event):
    """A region gave a message its own wording; this number of it never changes. Caused always by PublishTemplate."""

    template_id: str
    key: str
    number: int
    texts: tuple[TemplateText, ...]


class AudienceJoined(Event):
    """A person is told about something (an enrolment, a cohort) from now on; `through` says what brought them there.

    Caused sometimes by JoinAudience.
    """

    private: ClassVar[bool] = True

    audience_id: str
    person_id: str
    role: AudienceRole
    through: str


class AudienceLeft(Event):
    """A person is no longer told about it, as far as `through` is concerned. Caused sometimes by LeaveAudience."""

    private: ClassVar[bool] = True

    audience_id: str
    person_id: str
    role: AudienceRole
    through: str


class NoticeSet(Event):
    """This audience is to be told something: at `tell_at`, or (None) at once and whoever joins until `valid_until`.

    A higher `revision` replaces what was set before under this id, and is told to everybody anew. With `collect` it is
    told in the digests of those whom it is for. `person_id` narrows it to one person, in whatever role. `fields` are
    what the template shows besides what the contact card gives: dates, titles, names of homes; nothing personal.
    Caused sometimes by SetNotice.
    """

    audience_id: str
    notice_id: str
    notice: str
    template_key: str
    category: Category
    roles: tuple[AudienceRole, ...]
    source_event_id: str
    fields: dict[str, str]
    set_at: datetime
    tell_at: datetime | None
    valid_until: datetime
    collect: Collect | None = None
    person_id: str | None = None
    revision: int = 0


class NoticeLifted(Event):
    """A notice holds no longer: what it waited for was done, or can no longer be told in time.

    Caused sometimes by LiftNotice and SetNotice.
    """

    audience_id: str
    notice_id: str


class AudienceDescribed(Event):
    """An audience knows whose enrolment it is about, by which programme version.

    Caused sometimes by DescribeAudience.
    """

    private: ClassVar[bool] = True

    audience_id: str
    home_name: str
    version_id: str


class TitlesLearned(Event):
    """What a programme version calls its requirements became known. Caused sometimes by LearnTitles."""

    private: ClassVar[bool] = True

    programme_id: str
    titles: dict[str, str]


class DigestWanted(Event):
    """A person should find something in their next digest.

    Caused sometimes by SetNotice, JoinAudience and TellAudience.
    """

    audience_id: str
    notice_id: str
    recipient_person_id: str


class DigestPlanned(Event):
    """A person gets a digest at this moment, with what waits in this audience then. Caused sometimes by PlanDigest."""

    digest_id: str
    audience_id: str
    tell_at: datetime


class DigestTold(Event):
    """The moment of a person's digest came: this is in it. Caused sometimes by TellDigest.

    `waiting` and `approved` name the first few things as `<enrolment>/<requirement>`; the counts are of all. While
    something waits the next digest comes at `again_at`. `told_notices` are told no more.
    """

    digest_id: str
    person_id: str
    waiting: tuple[str, ...]
    waiting_count: int
    approved: tuple[str, ...]
    approved_count: int
    audiences: tuple[str, ...]
    told_notices: tuple[str, ...]
    told_at: datetime
    again_at: datetime | None


class DigestPassed(Event):
    """The moment of a person's digest came, and nothing was left to tell. Caused sometimes by TellDigest."""

    digest_id: str
    audiences: tuple[str, ...]
    told_notices: tuple[str, ...]


class AudienceTold(Event):
    """The moment of a notice came; who was in the audience then is being told. Caused sometimes by TellAudience."""

    audience_id: str
    notice_id: str
    recipient_count: int


class MessageWanted(Event):
    """A person should be told something. One event for each recipient of a notice.

    Caused sometimes by TellAudience, SetNotice and JoinAudience.
    """

    audience_id: str
    notice_id: str
    message_id: str
    recipient_person_id: str
    notice: str
    template_key: str
    category: Category
    source_event_id: str
    fields: dict[str, str]
    valid_until: datetime


class MessageRequested(Event):
    """A message is to be sent. Caused sometimes by RequestMessage (attempt 1) and RequestAgain (attempt 2, 3 …)."""

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


class DeliveryRefused(Event):
    """A message could not be delivered to a person for a reason that lies in their address.

    Caused sometimes by NoteFailure.
    """

    person_id: str
    message_id: str
    reason: FailureReason


class RecipientUnreachable(Event):
    """A person's address does not take messages; somebody should look. Caused sometimes by NoteFailure.

    `enrolment_id` is the newest that the person has a part in, if any.
    """

    person_id: str
    channel: Channel
    reason: FailureReason
    enrolment_id: str | None = None


class EnrolmentNoted(Event):
    """A person has a part in an enrolment: its facilitator is who can ask them. Caused sometimes by NoteEnrolment."""

    private: ClassVar[bool] = True

    person_id: str
    enrolment_id: str


class SwitchedOff(Value):
    """A category of messages that somebody does not want by this channel."""

    category: Category
    channel: Channel = "email"


class PreferencesSet(Event):
    """A person said which messages they do not want, and how often a digest. Caused sometimes by SetPreferences."""

    person_id: str
    off: tuple[SwitchedOff, ...]
    digest: Cadence


class RecipientResumed(Event):
    """Somebody saw to a person's address: messages may go there again. Caused sometimes by ResumeRecipient."""

    person_id: str
