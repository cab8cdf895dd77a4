"""How network reacts: whenever …, then …."""

from services.network.domain.member import member_id
from services.network.domain.member_commands import InviteMember
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import ChampionAwarded
from shared.events.network import GatheringAttended


def when_champion_awarded_invite_member(event: ChampionAwarded, envelope: Envelope) -> InviteMember:
    """Who earned the award is asked to join; whoever is in already is left alone."""
    return InviteMember(
        member_id=member_id(envelope.region, event.person_id),
        person_id=event.person_id,
        source="champion-award",
    )


def when_gathering_attended_invite_member(event: GatheringAttended, envelope: Envelope) -> InviteMember:
    """Who came once is asked to stay, while they are still keen on it (domain.md 1.8); nobody is asked twice."""
    return InviteMember(
        member_id=member_id(envelope.region, event.person_id),
        person_id=event.person_id,
        source="gathering",
    )
