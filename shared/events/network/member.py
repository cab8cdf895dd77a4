"""A member of the champions' network: joined, left, and what others may see of them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.events.values import Setting

Audience = Literal["group", "region", "all"]
SharedField = Literal["name", "job_title", "email", "phone", "background", "sector", "setting", "area", "interests"]
JoinedFrom = Literal["champion-award", "gathering", "open-call", "personal-invitation"]


class MemberInvited(Event):
    """A person was asked whether they want to join the champions' network.

    Caused always by InviteMember and by InvitePerson.
    """

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
    setting: Setting | None = None
    interests: tuple[str, ...] = ()


class ProfileRevised(Event):
    """A member said something else about themselves. Caused always by ReviseProfile."""

    member_id: str
    person_id: str
    background: str
    sector: str
    area: str
    interests: tuple[str, ...]
    setting: Setting | None = None


class MemberLeft(Event):
    """A member left the champions' network; their consents ended with it. Caused always by LeaveNetwork."""

    member_id: str
    person_id: str
    left_on: date


def _one_field_of_many(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 spoke of one field; version 2 speaks of all that one act concerned."""
    return {**{name: value for name, value in data.items() if name != "field"}, "fields": [data["field"]]}


class SharingConsentGiven(Event):
    """A member agreed, in one act, that these fields of theirs be shown to an audience.

    Caused always by GiveSharingConsent.
    """

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _one_field_of_many}

    member_id: str
    person_id: str
    fields: tuple[SharedField, ...]
    audience: Audience
    wording_version: str
    given_on: date


class SharingConsentWithdrawn(Event):
    """A member took that agreement back for these fields; from now on nobody shows them.

    Caused always by WithdrawSharingConsent, sometimes by LeaveNetwork.
    """

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _one_field_of_many}

    member_id: str
    person_id: str
    fields: tuple[SharedField, ...]
    withdrawn_on: date
