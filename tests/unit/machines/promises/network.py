"""What each aggregate of network promises (domain.md 2.5), of any history of one thing and of where it led."""

from collections.abc import Mapping, Sequence

from services.network.domain.gathering_state import Gathering
from services.network.domain.interest import Interest
from services.network.domain.member import Member
from shared.chassis.declarations.event import Event
from shared.events.network import (
    GatheringCancelled,
    GatheringHeld,
    GatheringInterestExpressed,
    GatheringInterestWithdrawn,
    GatheringPublished,
    MemberJoined,
    MemberLeft,
    SharingConsentGiven,
)
from tests.unit.machines.promises.telling import at_most_once, begins_once, in_turn
from tests.unit.machines.town import Promise


def member(history: Sequence[Event], member: Member) -> None:
    """Joins by an act, leaves at any time; nothing is shared but by a consent given since, under a known wording."""
    in_turn(history, MemberJoined, MemberLeft)
    given: set[str] = set()
    for event in history:
        if isinstance(event, MemberJoined | MemberLeft):
            given = set()
        if isinstance(event, SharingConsentGiven):
            given |= set(event.fields)
    assert given.issuperset(member.consents)
    assert not member.consents or member.status == "joined"


def gathering(history: Sequence[Event], gathering: Gathering) -> None:
    """No more places than there are; who has one does not wait, and nobody waits while one is free."""
    begins_once(history, GatheringPublished)
    at_most_once(history, GatheringCancelled, GatheringHeld)
    assert len(gathering.booked) <= gathering.capacity
    assert not gathering.booked.keys() & gathering.waiting.keys()
    assert not gathering.waiting or len(gathering.booked) == gathering.capacity
    assert gathering.starts_at is not None
    assert gathering.ends_at is not None
    assert gathering.starts_at < gathering.ends_at
    assert gathering.venue_kind != "workplace" or gathering.open_to_others


def interest(history: Sequence[Event], interest: Interest) -> None:
    """It lives while the last word was that they would come; it is taken back only while it lives."""
    live = False
    for event in history:
        if isinstance(event, GatheringInterestWithdrawn):
            assert live
        live = isinstance(event, GatheringInterestExpressed)
    assert interest.live == live


PROMISES: Mapping[str, Promise] = {"member": member, "gathering": gathering, "interest": interest}
