"""A digest: what waits for a person, told in one message."""

from datetime import datetime

from shared.chassis.declarations.event import Event


class DigestPlanned(Event):
    """A person gets a digest at this moment, with what waits in this audience then. Caused sometimes by PlanDigest."""

    digest_id: str
    audience_id: str
    tell_at: datetime
    person_id: str = ""


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
