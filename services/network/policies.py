"""How network reacts: whenever …, then …."""

from services.network.domain.member import member_id
from services.network.domain.member_commands import InviteMember
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import ChampionAwarded


def when_champion_awarded_invite_member(event: ChampionAwarded, envelope: Envelope) -> InviteMember:
    """Who earned the award is asked to join; whoever is in already is left alone."""
    return InviteMember(
        member_id=member_id(envelope.region, event.person_id),
        person_id=event.person_id,
        source="champion-award",
    )
