"""An audience: who is told about an enrolment or a cohort, and what they are to be told."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.notifications.message import Category

AudienceRole = Literal["signatory", "representative", "facilitator", "guest"]
Collect = Literal["until-lifted", "once"]
"""until-lifted: every digest tells of it while it waits; once: the next digest tells of it."""


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


class DigestWanted(Event):
    """A person should find something in their next digest.

    Caused sometimes by SetNotice, JoinAudience and TellAudience.
    """

    audience_id: str
    notice_id: str
    recipient_person_id: str


class AudienceTold(Event):
    """A notice is told to those who are in the audience now, and to nobody later.

    Its moment came, or it was for them only. Caused sometimes by TellAudience and SetNotice.
    """

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
