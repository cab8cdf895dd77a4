"""What network publishes: who stays together, and who may see what of whom."""

from datetime import date
from typing import Literal

from shared.chassis.declarations.event import Event

Audience = Literal["group", "region", "all"]
SharedField = Literal["name", "job_title", "email", "phone"]
JoinedFrom = Literal["champion-award", "gathering", "open-call"]


class MemberInvited(Event):
    """A person was asked whether they want to join the champions' network. Caused always by InviteMember."""

    member_id: str
    person_id: str
    source: JoinedFrom


class MemberJoined(Event):
    """A person joined, by their own act. Caused always by JoinNetwork."""

    member_id: str
    person_id: str
    source: JoinedFrom
    background: str
    sector: str
    area: str
    joined_on: date


class ProfileRevised(Event):
    """A member said something else about themselves. Caused always by ReviseProfile."""

    member_id: str
    person_id: str
    background: str
    sector: str
    area: str
    interests: tuple[str, ...]


class MemberLeft(Event):
    """A member left the champions' network; their consents ended with it. Caused always by LeaveNetwork."""

    member_id: str
    person_id: str
    left_on: date


class SharingConsentGiven(Event):
    """A member agreed that one field of their contact card be shown to an audience.

    Caused always by GiveSharingConsent.
    """

    member_id: str
    person_id: str
    field: SharedField
    audience: Audience
    wording_version: str
    given_on: date


class SharingConsentWithdrawn(Event):
    """A member took that agreement back. Caused always by WithdrawSharingConsent, sometimes by LeaveNetwork."""

    member_id: str
    person_id: str
    field: SharedField
    withdrawn_on: date
