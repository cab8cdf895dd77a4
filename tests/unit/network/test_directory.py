from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from services.network.domain.member import Member, MemberCommand, MemberFacts, decide, evolve
from services.network.domain.member_commands import (
    AlreadyAMember,
    GiveSharingConsent,
    JoinNetwork,
    LeaveNetwork,
    NotAMember,
    ReviseProfile,
    WithdrawSharingConsent,
)
from services.network.views import DIRECTORY, DirectoryEvent
from shared.events.network import (
    Audience,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharedField,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from tests.unit.network.entries import ANN, CARD, NEIGHBOUR, REGION, STRANGER, envelope, row_after, shown

DAY = date(2026, 3, 2)
joined = MemberJoined(
    member_id="m1",
    person_id="ann",
    source="open-call",
    background="nurse",
    sector="health",
    area="camden",
    joined_on=DAY,
)
revised = ProfileRevised(
    member_id="m1", person_id="ann", background="carer", sector="carers", area="brent", interests=("grief",)
)
left = MemberLeft(member_id="m1", person_id="ann", left_on=DAY)
phone_withdrawn = SharingConsentWithdrawn(member_id="m1", person_id="ann", field="phone", withdrawn_on=DAY)


def shares(field: SharedField, audience: Audience) -> SharingConsentGiven:
    return SharingConsentGiven(
        member_id="m1", person_id="ann", field=field, audience=audience, wording_version="w1", given_on=DAY
    )


def test_a_member_who_shares_nothing_is_not_in_the_directory() -> None:
    assert shown(row_after([joined]), NEIGHBOUR) is None


def test_members_see_their_own_entry_with_what_they_agreed_to() -> None:
    entry = shown(row_after([joined, shares("phone", "group")]), ANN)
    assert entry is not None
    assert entry["shared"] == {"phone": CARD["phone"]}
    assert entry["consents"] == {"phone": "group"}


def test_a_neighbour_sees_what_is_shared_with_the_region_and_no_name_without_consent() -> None:
    entry = shown(row_after([joined, shares("phone", "region")]), NEIGHBOUR)
    assert entry == {
        "member_id": "m1",
        "background": "nurse",
        "sector": "health",
        "area": "camden",
        "interests": [],
        "shared": {"phone": CARD["phone"]},
    }


def test_another_regions_token_gets_no_phone() -> None:
    assert shown(row_after([joined, shares("phone", "region")]), STRANGER) is None


def test_what_is_shared_with_all_is_for_every_viewer() -> None:
    entry = shown(row_after([joined, shares("phone", "region"), shares("name", "all")]), STRANGER)
    assert entry is not None
    assert entry["shared"] == {"name": CARD["name"]}


def test_a_phone_is_gone_after_the_consent_was_withdrawn() -> None:
    assert shown(row_after([joined, shares("phone", "region"), phone_withdrawn]), NEIGHBOUR) is None


def test_nothing_is_shown_of_somebody_whose_card_was_erased() -> None:
    row = row_after([joined, shares("name", "all")])
    assert row is not None
    assert DIRECTORY.present is not None
    assert DIRECTORY.present(row, None, NEIGHBOUR) is None
    assert shown(row, NEIGHBOUR, {"name": None}) is None


def test_a_revised_profile_is_shown() -> None:
    entry = shown(row_after([joined, shares("name", "region"), revised]), NEIGHBOUR)
    assert entry is not None
    assert (entry["background"], entry["area"], entry["interests"]) == ("carer", "brent", ["grief"])


def test_who_left_is_in_the_directory_no_longer() -> None:
    assert row_after([joined, shares("name", "all"), left]) is None


def test_whoever_joins_again_shares_nothing_at_first() -> None:
    row = row_after([joined, shares("name", "all"), left, joined])
    assert row is not None
    assert row.consents == {}


def test_the_row_knows_in_which_region_the_member_joined() -> None:
    row = DIRECTORY.next_row(None, joined, envelope("wales"))
    assert row is not None
    assert row.region_joined == "wales"


FIELDS = st.sampled_from(get_args(SharedField))
COMMANDS = st.one_of(
    st.just(JoinNetwork(member_id="m1", person_id="ann", background="nurse", sector="health", area="a1")),
    st.just(LeaveNetwork(member_id="m1")),
    st.builds(
        ReviseProfile,
        member_id=st.just("m1"),
        background=st.just("carer"),
        sector=st.just("carers"),
        area=st.sampled_from(["a1", "a2"]),
        interests=st.just(()),
    ),
    st.builds(
        GiveSharingConsent,
        member_id=st.just("m1"),
        field=FIELDS,
        audience=st.sampled_from(get_args(Audience)),
        wording_version=st.sampled_from(["w1", "w2"]),
    ),
    st.builds(WithdrawSharingConsent, member_id=st.just("m1"), field=FIELDS),
)


class Diary:
    """What the member said, in the simplest words: who may see which field now. None: no member."""

    def __init__(self) -> None:
        self.live: dict[str, str] | None = None

    def note(self, command: MemberCommand) -> None:
        match command:
            case JoinNetwork():
                self.live = {} if self.live is None else self.live
            case LeaveNetwork():
                self.live = None
            case GiveSharingConsent() if self.live is not None:
                self.live[command.field] = command.audience
            case WithdrawSharingConsent() if self.live is not None:
                self.live.pop(command.field, None)

    def visible(self, audiences: set[str]) -> set[str]:
        return {field for field, audience in (self.live or {}).items() if audience in audiences}


def asked(member: Member, command: MemberCommand) -> list[Any]:
    facts = MemberFacts(now=envelope().time, actor=ANN, region=REGION, wordings=frozenset({"w1", "w2"}))
    try:
        return list(decide(member, command, facts))
    except (NotAMember, AlreadyAMember):
        return []


def fields(entry: Mapping[str, Any] | None) -> set[str]:
    return set(entry["shared"]) if entry else set()


@given(st.lists(COMMANDS, max_size=25))
def test_a_field_is_shown_exactly_under_a_live_consent_that_covers_the_viewer(commands: list[MemberCommand]) -> None:
    member, diary = Member(), Diary()
    events: list[DirectoryEvent] = []
    for command in commands:
        diary.note(command)
        for event in asked(member, command):
            member = evolve(member, event)
            events.append(event)
        row = row_after(events)
        assert fields(shown(row, STRANGER)) == diary.visible({"all"})
        assert fields(shown(row, NEIGHBOUR)) == diary.visible({"all", "region"})
        assert fields(shown(row, ANN)) == diary.visible({"all", "region", "group"})
