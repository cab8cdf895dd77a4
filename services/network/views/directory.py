"""The directory: members who share something, with exactly what each agreed to show, and found by nothing else.

What is searched by is kept beside the row only under a live consent for the region: a search can never tell what the
entry would not show.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.network.domain.askers import NETWORK
from services.network.domain.member import PROFILE
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.network import (
    Audience,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharedField,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from shared.events.values import Setting

SEARCHED_WITHIN: Final[frozenset[Audience]] = frozenset({"region", "all"})
"""Rows are looked at within a region. What is shared with a group only is shown there and searched by nobody."""


class Profile(BaseModel):
    """What a member says about themselves."""

    model_config = ConfigDict(frozen=True)

    background: str = ""
    sector: str = ""
    setting: Setting | None = None
    area: str = ""
    interests: tuple[str, ...] = ()


class DirectoryRow(Row):
    """One member, what they say, and to whom they agreed to show it; fields of the contact card are on the card.

    The fields below `consents` are what anybody in the region may search by.
    """

    member_id: str
    person_id: str
    region_joined: str
    profile: Profile = Profile()
    consents: Mapping[SharedField, Audience] = {}
    background: str | None = None
    sector: str | None = None
    setting: Setting | None = None
    area: str | None = None
    interests: tuple[str, ...] = ()


DirectoryEvent = MemberJoined | ProfileRevised | MemberLeft | SharingConsentGiven | SharingConsentWithdrawn


def directory_row(row: DirectoryRow | None, event: DirectoryEvent, envelope: Envelope) -> DirectoryRow | None:
    """The row after this event; who left is in the directory no longer."""
    if isinstance(event, MemberJoined):
        ids = event.model_dump(include={"member_id", "person_id"})
        return DirectoryRow(region_joined=envelope.region, profile=_profile(event), **ids)
    if row is None or isinstance(event, MemberLeft):
        return None
    match event:
        case ProfileRevised():
            return _searchable(row.model_copy(update={"profile": _profile(event)}))
        case SharingConsentGiven():
            given = dict.fromkeys(event.fields, event.audience)
            return _searchable(row.model_copy(update={"consents": {**row.consents, **given}}))
        case SharingConsentWithdrawn():
            kept = {field: audience for field, audience in row.consents.items() if field not in event.fields}
            return _searchable(row.model_copy(update={"consents": kept}))


def _profile(event: MemberJoined | ProfileRevised) -> Profile:
    return Profile(**event.model_dump(include=set(PROFILE)))


def _searchable(row: DirectoryRow) -> DirectoryRow:
    """The row with what it may be found by."""
    told, nothing = row.profile.model_dump(), DirectoryRow.model_fields
    agreed = {str(field) for field, audience in row.consents.items() if audience in SEARCHED_WITHIN}
    found = {name: told[name] if name in agreed else nothing[name].get_default() for name in sorted(PROFILE)}
    return row.model_copy(update=found)


def present_entry(row: DirectoryRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """What this viewer sees of the member: what a live consent covers. Without any of it the member is not there.

    Members see their own entry whole, with what they agreed to.
    """
    if viewer.id == row.person_id:
        own = {**_shared(row, card, row.consents.values()), "consents": dict(row.consents)}
        return {**own, **row.profile.model_dump(mode="json")}
    # nobody shares a group with anybody before there are groups
    everybody, neighbours = frozenset[Audience]({"all"}), SEARCHED_WITHIN
    return entry_for(row, card, neighbours if row.region_joined in viewer.regions else everybody)


def entry_for(
    row: DirectoryRow, card: Mapping[str, Any] | None, audiences: Collection[Audience]
) -> Mapping[str, Any] | None:
    """What people of these audiences see; None when that is nothing, or when the person has no card (any more)."""
    if card is None:
        return None
    entry = _shared(row, card, audiences)
    return entry if entry["shared"] or any(entry[name] for name in PROFILE) else None


def _shared(row: DirectoryRow, card: Mapping[str, Any] | None, audiences: Collection[Audience]) -> Mapping[str, Any]:
    told: Mapping[str, Any] = {**(card or {}), **row.profile.model_dump(mode="json")}
    shared: Mapping[str, Any] = {field: told.get(field) for field, to in row.consents.items() if to in audiences}
    return {
        "member_id": row.member_id,
        **{name: shared.get(name) for name in sorted(PROFILE)},
        "shared": {field: value for field, value in shared.items() if value and field not in PROFILE},
    }


DIRECTORY = View(
    path="directory",
    key=lambda event: event.member_id,
    fold=directory_row,
    read_by=NETWORK,
    filters=("background", "sector", "setting", "area", "interests"),
    order="area",
    card="person_id",
    present=present_entry,
)
