"""A member of the champions' network: somebody who joined by their own act, and decides who sees what of them.

Consents are per field and audience, dated, under a wording by version; by default nothing is shared.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict

from services.network.domain.member_commands import (
    AlreadyAMember,
    GiveSharingConsent,
    InviteMember,
    InvitePerson,
    JoinNetwork,
    LeaveNetwork,
    LeftByChoice,
    NotAMember,
    NotYourself,
    ReviseProfile,
    UnknownWording,
    WithdrawSharingConsent,
)
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.state import State, replace
from shared.events.days import local_day
from shared.events.network import (
    Audience,
    JoinedFrom,
    MemberInvited,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharedField,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from shared.events.values import Setting

PROFILE = frozenset({"background", "sector", "setting", "area", "interests"})
"""What a member says about themselves."""


class Consent(BaseModel):
    """Who may see the field, which wording was agreed to, and since when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Audience
    wording_version: str
    given_on: date


class Member(State):
    """One person in one region's network; `consents` are the live ones, one for each field."""

    person_id: str = ""
    status: Literal["unknown", "invited", "joined", "left"] = "unknown"
    invited_from: JoinedFrom | None = None
    background: str = ""
    sector: str = ""
    setting: Setting | None = None
    area: str = ""
    interests: tuple[str, ...] = ()
    consents: Mapping[SharedField, Consent] = {}


class MemberFacts(Facts):
    """Besides the usual: the versions of the wording under which consent can be given."""

    wordings: frozenset[str] = frozenset()


MemberCommand = (
    InviteMember
    | JoinNetwork
    | InvitePerson
    | ReviseProfile
    | LeaveNetwork
    | GiveSharingConsent
    | WithdrawSharingConsent
)
MemberEvent = MemberInvited | MemberJoined | ProfileRevised | MemberLeft | SharingConsentGiven | SharingConsentWithdrawn


def member_id(region: str, person_id: str) -> str:
    """A person is a member once in a region."""
    return derived_id("member", region, person_id)


def identity(command: InviteMember | JoinNetwork | InvitePerson, region: str) -> str:
    """The member's id, out of what makes it unique."""
    return member_id(region, command.person_id)


def decide(member: Member, command: MemberCommand, facts: MemberFacts) -> Sequence[MemberEvent]:
    """The rules of a membership. Raises NotYourself, AlreadyAMember, NotAMember, LeftByChoice and UnknownWording."""
    match command:
        case InviteMember():
            return _invite(member, command)
        case JoinNetwork():
            return _join(member, command, facts)
        case InvitePerson():
            return _invite_person(member, command)
        case ReviseProfile():
            return _revise(member, command)
        case LeaveNetwork():
            return _leave(member, command, facts)
        case GiveSharingConsent():
            return _give_consent(member, command, facts)
        case WithdrawSharingConsent():
            return _withdraw_consents(member, command.member_id, command.fields, facts)
        case _:
            assert_never(command)


def _invite(member: Member, command: InviteMember) -> Sequence[MemberEvent]:
    """Whoever is a member, was asked before, or chose to leave is not asked again."""
    if member.status != "unknown":
        return []
    return [MemberInvited(member_id=command.member_id, person_id=command.person_id, source=command.source)]


def _invite_person(member: Member, command: InvitePerson) -> Sequence[MemberEvent]:
    """Networks cannot be imposed (domain.md R20): who left is not asked, and who was asked is not asked again."""
    match member.status:
        case "joined":
            raise AlreadyAMember
        case "left":
            raise LeftByChoice
        case "invited":
            return []
        case "unknown":
            source: JoinedFrom = "personal-invitation"
            return [MemberInvited(member_id=command.member_id, person_id=command.person_id, source=source)]


def _join(member: Member, command: JoinNetwork, facts: MemberFacts) -> Sequence[MemberEvent]:
    if facts.actor.id != command.person_id:
        raise NotYourself
    profile = command.model_dump(include=set(PROFILE))
    if member.status == "joined":
        if member.model_dump(include=set(profile)) == profile:
            return []
        raise AlreadyAMember
    joined = MemberJoined(
        member_id=command.member_id,
        person_id=command.person_id,
        source=member.invited_from or "open-call",
        joined_on=local_day(facts.now),
        **profile,
    )
    return [joined]


def _revise(member: Member, command: ReviseProfile) -> Sequence[MemberEvent]:
    if member.status != "joined":
        raise NotAMember
    profile = command.model_dump(include=set(PROFILE))
    if member.model_dump(include=set(profile)) == profile:
        return []
    return [ProfileRevised(member_id=command.member_id, person_id=member.person_id, **profile)]


def _leave(member: Member, command: LeaveNetwork, facts: MemberFacts) -> Sequence[MemberEvent]:
    if member.status != "joined":
        return []
    left = MemberLeft(member_id=command.member_id, person_id=member.person_id, left_on=local_day(facts.now))
    return [*_withdraw_consents(member, command.member_id, list(member.consents), facts), left]


def _give_consent(member: Member, command: GiveSharingConsent, facts: MemberFacts) -> Sequence[MemberEvent]:
    """Another audience, or another wording, takes the place of the consent that was there."""
    if member.status != "joined":
        raise NotAMember
    if facts.actor.id != member.person_id:
        raise NotYourself
    if command.wording_version not in facts.wordings:
        raise UnknownWording(field="wording_version")
    wanted = command.model_dump(include={"audience", "wording_version"})
    fields = tuple(field for field in dict.fromkeys(command.fields) if not _agreed(member, field, wanted))
    if not fields:
        return []
    given = SharingConsentGiven(
        member_id=command.member_id,
        person_id=member.person_id,
        fields=fields,
        given_on=local_day(facts.now),
        **wanted,
    )
    return [given]


def _agreed(member: Member, field: SharedField, wanted: Mapping[str, str]) -> bool:
    present = member.consents.get(field)
    return present is not None and present.model_dump(include=set(wanted)) == wanted


def _withdraw_consents(
    member: Member, member_id: str, fields: Sequence[SharedField], facts: MemberFacts
) -> Sequence[MemberEvent]:
    shared = tuple(field for field in dict.fromkeys(fields) if field in member.consents)
    if not shared:
        return []
    today = local_day(facts.now)
    return [SharingConsentWithdrawn(member_id=member_id, person_id=member.person_id, fields=shared, withdrawn_on=today)]


def evolve(member: Member, event: MemberEvent) -> Member:
    """The member after this event."""
    match event:
        case MemberInvited():
            return replace(member, person_id=event.person_id, status="invited", invited_from=event.source)
        case MemberJoined():
            return replace(member, status="joined", person_id=event.person_id, **_profile(event))
        case ProfileRevised():
            return replace(member, **_profile(event))
        case MemberLeft():
            return Member(person_id=member.person_id, status="left")
        case SharingConsentGiven():
            consent = Consent(**event.model_dump(include={"audience", "wording_version", "given_on"}))
            return replace(member, consents={**member.consents, **dict.fromkeys(event.fields, consent)})
        case SharingConsentWithdrawn():
            kept = {field: consent for field, consent in member.consents.items() if field not in event.fields}
            return replace(member, consents=kept)
        case _:
            assert_never(event)


def _profile(event: MemberJoined | ProfileRevised) -> Mapping[str, Any]:
    return event.model_dump(include=set(PROFILE))
