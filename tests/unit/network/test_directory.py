from datetime import date

from services.network.views.directory import DIRECTORY
from shared.events.network import (
    Audience,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharedField,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from tests.unit.network.entries import ANN, CARD, NEIGHBOUR, STRANGER, envelope, row_after, shown

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
phone_withdrawn = SharingConsentWithdrawn(member_id="m1", person_id="ann", fields=("phone",), withdrawn_on=DAY)


NOTHING = {"background": None, "sector": None, "setting": None, "area": None, "interests": None}


def shares(audience: Audience, *fields: SharedField) -> SharingConsentGiven:
    return SharingConsentGiven(
        member_id="m1", person_id="ann", fields=fields, audience=audience, wording_version="w1", given_on=DAY
    )


def test_a_member_who_shares_nothing_is_not_in_the_directory() -> None:
    assert shown(row_after([joined]), NEIGHBOUR) is None


def test_members_see_their_own_entry_with_what_they_agreed_to() -> None:
    entry = shown(row_after([joined, shares("group", "phone")]), ANN)
    assert entry is not None
    assert entry["shared"] == {"phone": CARD["phone"]}
    assert entry["consents"] == {"phone": "group"}


def test_a_neighbour_sees_what_is_shared_with_the_region_and_no_name_without_consent() -> None:
    entry = shown(row_after([joined, shares("region", "phone")]), NEIGHBOUR)
    assert entry == {"member_id": "m1", **NOTHING, "shared": {"phone": CARD["phone"]}}


def test_another_regions_token_gets_no_phone() -> None:
    assert shown(row_after([joined, shares("region", "phone")]), STRANGER) is None


def test_what_is_shared_with_all_is_for_every_viewer() -> None:
    entry = shown(row_after([joined, shares("region", "phone"), shares("all", "name")]), STRANGER)
    assert entry is not None
    assert entry["shared"] == {"name": CARD["name"]}


def test_a_phone_is_gone_after_the_consent_was_withdrawn() -> None:
    assert shown(row_after([joined, shares("region", "phone"), phone_withdrawn]), NEIGHBOUR) is None


def test_nothing_is_shown_of_somebody_whose_card_was_erased() -> None:
    row = row_after([joined, shares("all", "name")])
    assert row is not None
    assert DIRECTORY.present is not None
    assert DIRECTORY.present(row, None, NEIGHBOUR) is None
    told = row_after([joined, shares("all", "background")])
    assert told is not None
    assert DIRECTORY.present(told, None, NEIGHBOUR) is None
    assert shown(row, NEIGHBOUR, {"name": None}) is None


def test_what_members_say_of_themselves_is_shown_only_when_they_agreed_to_it() -> None:
    some = shares("region", "background", "area")
    entry = shown(row_after([joined, shares("region", "name"), some, revised]), NEIGHBOUR)
    assert entry is not None
    assert {name: entry[name] for name in NOTHING} == {**NOTHING, "background": "carer", "area": "brent"}


def test_members_see_everything_they_say_of_themselves() -> None:
    entry = shown(row_after([joined, revised]), ANN)
    assert entry is not None
    assert {name: entry[name] for name in NOTHING} == {
        "background": "carer",
        "sector": "carers",
        "setting": None,
        "area": "brent",
        "interests": ["grief"],
    }


def test_a_search_finds_only_by_what_the_region_may_see() -> None:
    row = row_after([joined, revised, shares("region", "area"), shares("group", "interests"), shares("all", "sector")])
    assert row is not None
    found = (row.background, row.sector, row.setting, row.area, row.interests)
    assert found == (None, "carers", None, "brent", ())


def test_a_search_finds_nobody_by_what_they_took_back() -> None:
    taken = SharingConsentWithdrawn(member_id="m1", person_id="ann", fields=("area", "interests"), withdrawn_on=DAY)
    row = row_after([joined, revised, shares("region", "area", "interests", "name"), taken])
    assert row is not None
    assert (row.area, row.interests) == (None, ())


def test_who_left_is_in_the_directory_no_longer() -> None:
    assert row_after([joined, shares("all", "name"), left]) is None


def test_whoever_joins_again_shares_nothing_at_first() -> None:
    row = row_after([joined, shares("all", "name"), left, joined])
    assert row is not None
    assert row.consents == {}


def test_the_row_knows_in_which_region_the_member_joined() -> None:
    row = DIRECTORY.next_row(None, joined, envelope("wales"))
    assert row is not None
    assert row.region_joined == "wales"
