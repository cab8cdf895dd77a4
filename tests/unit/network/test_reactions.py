from datetime import date

from services.network.domain.member import member_id
from services.network.domain.member_commands import InviteMember
from services.network.domain.wordings import WORDINGS
from services.network.facts import member
from services.network.policies import (
    when_champion_awarded_invite_member,
    when_gathering_attended_invite_member,
)
from services.network.queries import WordingsQuestion, wordings
from services.network.service import SERVICE
from shared.chassis.declarations.facts import S
from shared.events.enrolment import ChampionAwarded
from shared.events.network import GatheringAttended
from tests.unit.network.entries import envelope

awarded = ChampionAwarded(
    award_id="a1",
    person_id="ann",
    enrolment_id="e1",
    home_id="h1",
    home_name="Elm House",
    version_id="v1",
    covered_codes=("ON", "OFF"),
    awarded_on=date(2026, 3, 2),
)
invite = InviteMember(member_id=member_id("north-west", "ann"), person_id="ann", source="champion-award")


async def nothing(state: type[S], thing_id: str) -> S | None:
    """No other stream."""


def test_whoever_earned_the_award_is_invited_in_their_region() -> None:
    assert when_champion_awarded_invite_member(awarded, envelope()) == invite


def test_awards_for_two_homes_ask_the_same_stream() -> None:
    second = awarded.model_copy(update={"award_id": "a2", "home_id": "h2"})
    assert when_champion_awarded_invite_member(second, envelope()) == invite


async def test_consent_can_be_given_under_every_wording_that_can_be_read() -> None:
    told = await member(invite, nothing)
    assert told["wordings"] == frozenset(WORDINGS)
    readable = await wordings(WordingsQuestion(), tools=None)  # type: ignore[arg-type]  # the question needs no tools
    assert {wording.version for wording in readable.wordings} == told["wordings"]
    assert "sharing-consent-1" in WORDINGS


def test_the_manifest_says_what_is_asked_and_what_is_reacted_to() -> None:
    members, gatherings, _interests = SERVICE.aggregates
    assert {command.__name__ for command in members.commands if command.asked_by.internal} == {"InviteMember"}
    assert not any(command.asked_by.internal for command in gatherings.commands)
    assert [policy.name for policy in SERVICE.reactions] == [
        "when_champion_awarded_invite_member",
        "when_gathering_attended_invite_member",
    ]


def test_whoever_came_to_a_gathering_is_invited_to_stay() -> None:
    came = GatheringAttended(
        gathering_id="g1",
        person_id="ann",
        sector="not-stated",
        kind="forum",
        status="part",
        mode="online",
        on=date(2026, 3, 2),
        booked=False,
    )
    asked = when_gathering_attended_invite_member(came, envelope())
    assert asked == invite.model_copy(update={"source": "gathering"})
