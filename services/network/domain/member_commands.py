"""What a member of the champions' network can be asked, and why the answer may be no."""

from typing import ClassVar, Literal

from pydantic import Field

from services.network.domain.askers import ONESELF
from shared.chassis.declarations.access import ONLY_WITHIN, SIGNED_IN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.events.network import Audience, JoinedFrom, SharedField

Background = Literal[
    "carer",
    "commissioner",
    "nurse",
    "social-worker",
    "hospice-staff",
    "patient-representative",
    "trainer",
    "doctor",
    "health-care-assistant",
    "social-care-worker",
    "manager",
    "other",
]
Sector = Literal["social-care", "health", "carers", "voluntary", "private", "statutory", "unknown"]


class InviteMember(Command):
    """Ask a person whether they want to join; it makes nobody a member."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    member_id: Key
    person_id: Key
    source: JoinedFrom


class JoinNetwork(Command):
    """Become a member, by one's own act: with or without an invitation, from a home or from none."""

    asked_by: ClassVar[Access] = SIGNED_IN
    creates: ClassVar[bool] = True
    verb: ClassVar[str | None] = "join"

    member_id: Key
    person_id: Key
    background: Background
    sector: Sector
    area: Key


class ReviseProfile(Command):
    """Say something else about oneself. Interests are topics by their codes."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    background: Background
    sector: Sector
    area: Key
    interests: tuple[Key, ...] = Field(default=(), max_length=20)


class LeaveNetwork(Command):
    """Be a member no longer. Every consent ends with it."""

    asked_by: ClassVar[Access] = ONESELF
    verb: ClassVar[str | None] = "leave"

    member_id: Key


class GiveSharingConsent(Command):
    """Agree that one field of one's contact card be shown to an audience, under a wording that one has read."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    field: SharedField
    audience: Audience
    wording_version: Key


class WithdrawSharingConsent(Command):
    """Take the agreement for one field back. It is never refused."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    field: SharedField


class NotYourself(Refusal):
    """Only the person themself can do this: nobody joins the network, or agrees to share, for somebody else."""

    kind: ClassVar[Kind] = "forbidden"


class NotAMember(Refusal):
    """This person is not a member of the champions' network now. Join first."""


class AlreadyAMember(Refusal):
    """This person is a member already. Revise the profile to say something else."""


class UnknownWording(Refusal):
    """There is no such wording of the consent. Read the present wording and give its version."""

    kind: ClassVar[Kind] = "invalid"
