from datetime import date

import pytest

from services.network.views.members import MEMBERS, MemberRow, MembershipEvent
from shared.events.network import MemberInvited, MemberJoined, MemberLeft, ProfileRevised
from tests.unit.network.entries import envelope

DAY, LATER = date(2026, 3, 2), date(2026, 5, 4)
invited = MemberInvited(member_id="m1", person_id="ann", source="champion-award")
joined = MemberJoined(
    member_id="m1",
    person_id="ann",
    source="champion-award",
    background="nurse",
    sector="health",
    area="camden",
    joined_on=DAY,
)
revised = ProfileRevised(
    member_id="m1", person_id="ann", background="carer", sector="carers", area="brent", interests=()
)
left = MemberLeft(member_id="m1", person_id="ann", left_on=LATER)


def row_after(*events: MembershipEvent) -> MemberRow:
    row: MemberRow | None = None
    for event in events:
        row = MEMBERS.next_row(row, event, envelope())
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("events", "status"), [((invited,), "invited"), ((invited, joined), "joined"), ((joined, left), "left")]
)
def test_the_list_says_who_was_invited_who_joined_and_who_left(
    events: tuple[MembershipEvent, ...], status: str
) -> None:
    assert row_after(*events).status == status


def test_the_list_carries_the_profile_and_the_days() -> None:
    row = row_after(invited, joined, revised, left)
    assert (row.background, row.sector, row.area) == ("carer", "carers", "brent")
    assert (row.joined_on, row.left_on) == (DAY, LATER)


def test_who_joins_again_has_not_left() -> None:
    row = row_after(joined, left, joined)
    assert (row.status, row.left_on) == ("joined", None)
