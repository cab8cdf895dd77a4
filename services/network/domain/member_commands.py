"""What a member of the champions' network can be asked, and why the answer may be no."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.network.domain.askers import ONESELF, STAFF
from shared.chassis.declarations.access import ONLY_WITHIN, SIGNED_IN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.network import Audience, JoinedFrom, SharedField
from shared.events.values import Setting

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
    "not-stated",
]
Sector = Literal["social-care", "health", "carers", "voluntary", "private", "statutory", "not-stated"]
Interests = Annotated[tuple[Key, ...], Field(max_length=30)]
Fields = Annotated[tuple[SharedField, ...], Field(min_length=1, max_length=20)]


class InviteMember(Command):
    """Ask a person whether they want to join; it makes nobody a member."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    member_id: Key
    person_id: Key
    source: JoinedFrom


class JoinNetwork(Command):
    """Become a member, by one's own act: with or without an invitation, from a home or from none.

    Background and sector are asked, and need not be told: being a carer is personal.
    """

    asked_by: ClassVar[Access] = SIGNED_IN
    creates: ClassVar[bool] = True
    verb: ClassVar[str | None] = "join"

    member_id: Key
    person_id: Key
    background: Background = "not-stated"
    sector: Sector = "not-stated"
    setting: Setting | None = None
    area: Key
    interests: Interests = ()


class InvitePerson(Command):
    """Ask somebody the region knows whether they want to join: a carer, an expert by experience, anybody on record."""

    asked_by: ClassVar[Access] = STAFF
    creates: ClassVar[bool] = True
    verb: ClassVar[str | None] = "invite"

    member_id: Key
    person_id: Key


class ReviseProfile(Command):
    """Say something else about oneself. Interests are topics by their codes."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    background: Background = "not-stated"
    sector: Sector = "not-stated"
    setting: Setting | None = None
    area: Key
    interests: Interests = ()


class LeaveNetwork(Command):
    """Be a member no longer. Every consent ends with it."""

    asked_by: ClassVar[Access] = ONESELF
    verb: ClassVar[str | None] = "leave"

    member_id: Key


class GiveSharingConsent(Command):
    """Agree, in one act, that these fields be shown to an audience, under a wording that one has read."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    fields: Fields
    audience: Audience
    wording_version: Key


class WithdrawSharingConsent(Command):
    """Take the agreement for these fields back. It is never refused."""

    asked_by: ClassVar[Access] = ONESELF

    member_id: Key
    fields: Fields


class NotYourself(Refusal, kind="forbidden"):
    """Only the person themself can do this: nobody joins the network, or agrees to share, for somebody else."""


class NotAMember(Refusal):
    """This person is not a member of the champions' network now. Join first."""


class AlreadyAMember(Refusal):
    """This person is a member already. Revise the profile to say something else."""


class LeftByChoice(Refusal):
    """This person left the champions' network. They may join again by themselves at any time; do not ask them."""


class UnknownWording(Refusal, kind="invalid"):
    """There is no such wording of the consent. Read the present wording and give its version."""
