"""What people look at in network: who is a member, and what of them may be seen."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from services.network.domain.askers import NETWORK, ONESELF_AND_COORDINATORS
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.network import (
    Audience,
    MemberInvited,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharedField,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)


class MemberRow(Row):
    """One person who was invited, joined or left; nothing of their contact card."""

    member_id: str
    person_id: str
    status: Literal["invited", "joined", "left"]
    background: str = ""
    sector: str = ""
    area: str = ""
    joined_on: date | None = None
    left_on: date | None = None


MembershipEvent = MemberInvited | MemberJoined | ProfileRevised | MemberLeft


def member_row(row: MemberRow | None, event: MembershipEvent) -> MemberRow:
    """The row after this event."""
    row = row or MemberRow(member_id=event.member_id, person_id=event.person_id, status="invited")
    match event:
        case MemberInvited():
            return row
        case MemberJoined():
            told = event.model_dump(include={"background", "sector", "area", "joined_on"})
            return row.model_copy(update={**told, "status": "joined", "left_on": None})
        case ProfileRevised():
            return row.model_copy(update=event.model_dump(include={"background", "sector", "area"}))
        case MemberLeft():
            return row.model_copy(update={"status": "left", "left_on": event.left_on})


MEMBERS = View(
    path="members",
    key=lambda event: event.member_id,
    fold=member_row,
    read_by=ONESELF_AND_COORDINATORS,
    filters=("status", "background", "sector", "area"),
    order="area",
    person="person_id",
)


class DirectoryRow(Row):
    """One member and what they agreed to share with whom; the shared fields themselves are on the contact card."""

    member_id: str
    person_id: str
    region_joined: str
    background: str
    sector: str
    area: str
    interests: tuple[str, ...] = ()
    consents: Mapping[SharedField, Audience] = {}


DirectoryEvent = MemberJoined | ProfileRevised | MemberLeft | SharingConsentGiven | SharingConsentWithdrawn


def directory_row(row: DirectoryRow | None, event: DirectoryEvent, envelope: Envelope) -> DirectoryRow | None:
    """The row after this event; who left is in the directory no longer."""
    if isinstance(event, MemberJoined):
        profile = event.model_dump(include={"member_id", "person_id", "background", "sector", "area"})
        return DirectoryRow(region_joined=envelope.region, **profile)
    if row is None or isinstance(event, MemberLeft):
        return None
    match event:
        case ProfileRevised():
            told = event.model_dump(include={"background", "sector", "area", "interests"})
            return row.model_copy(update=told)
        case SharingConsentGiven():
            return row.model_copy(update={"consents": {**row.consents, event.field: event.audience}})
        case SharingConsentWithdrawn():
            kept = {field: audience for field, audience in row.consents.items() if field != event.field}
            return row.model_copy(update={"consents": kept})


def present_entry(row: DirectoryRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """What this viewer sees of the member: what a live consent covers. Without any of it the member is not there.

    Members see their own entry whole, with what they agreed to.
    """
    own = viewer.id == row.person_id
    shared = {
        field: (card or {}).get(field)
        for field, audience in row.consents.items()
        if own or _covers(audience, row, viewer)
    }
    if not own and not any(shared.values()):
        return None
    entry = row.model_dump(mode="json", include={"member_id", "background", "sector", "area", "interests"})
    consents = {"consents": dict(row.consents)} if own else {}
    return {**entry, "shared": {field: value for field, value in shared.items() if value}, **consents}


def _covers(audience: Audience, row: DirectoryRow, viewer: Actor) -> bool:
    """Whether somebody else than the member belongs to the audience."""
    match audience:
        case "all":
            return True
        case "region":
            return row.region_joined in viewer.regions
        case "group":
            # nobody shares a group with anybody before there are groups
            return False


DIRECTORY = View(
    path="directory",
    key=lambda event: event.member_id,
    fold=directory_row,
    read_by=NETWORK,
    filters=("background", "sector", "area"),
    order="area",
    card="person_id",
    present=present_entry,
)
