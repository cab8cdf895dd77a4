"""Network behind the chassis's own HTTP side: who may ask what of whose membership."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.network.service import SERVICE
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.tokens import token

PROFILE = {"person_id": "ann", "background": "nurse", "sector": "health", "area": "camden"}
CONSENT = {"fields": ["phone"], "audience": "region", "wording_version": "sharing-consent-1"}
MEETING = {
    "kind": "get-together",
    "title": "Get-together",
    "area": "camden",
    "starts_at": "2026-05-04T12:00:00Z",
    "ends_at": "2026-05-04T14:00:00Z",
    "capacity": 2,
}
ANN = token("member")
BEN = token("member", sub="ben")
COORDINATOR = token("coordinator", sub="cora")
ABROAD = token("coordinator", sub="dora", regions=["wales"])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with shoe_counter(tmp_path, SERVICE) as opened:
        yield opened


async def joined(desk: Counter) -> str:
    answer = await desk.post("/v1/members", PROFILE, token())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_person_without_role_or_home_joins(desk: Counter) -> None:
    member_id = await joined(desk)
    answer = await desk.get(f"/v1/members/{member_id}", ANN)
    assert answer.json()["status"] == "joined"


async def test_nobody_joins_for_somebody_else(desk: Counter) -> None:
    answer = await desk.post("/v1/members", PROFILE, BEN)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yourself")


async def test_the_member_shares_and_withdraws_and_leaves(desk: Counter) -> None:
    one = f"/v1/members/{await joined(desk)}"
    shared = await desk.post(f"{one}:give-sharing-consent", CONSENT, ANN)
    assert shared.json()["consents"]["phone"]["audience"] == "region"
    withdrawn = await desk.post(f"{one}:withdraw-sharing-consent", {"fields": ["phone"]}, ANN)
    assert withdrawn.json()["consents"] == {}
    left = await desk.post(f"{one}:leave", {}, ANN)
    assert left.json()["status"] == "left"


@pytest.mark.parametrize("who", [BEN, COORDINATOR])
async def test_nobody_shares_for_somebody_else(desk: Counter, who: str) -> None:
    one = f"/v1/members/{await joined(desk)}"
    answer = await desk.post(f"{one}:give-sharing-consent", CONSENT, who)
    assert answer.status_code == 403


async def test_a_coordinator_sees_the_members_of_the_region_and_of_no_other(desk: Counter) -> None:
    one = f"/v1/members/{await joined(desk)}"
    assert (await desk.get(one, COORDINATOR)).status_code == 200
    assert (await desk.get(one, ABROAD)).status_code == 404
    assert (await desk.get(one, BEN)).status_code in (403, 404)


async def test_the_member_needs_no_role_to_look_to_share_and_to_leave(desk: Counter) -> None:
    one = f"/v1/members/{await joined(desk)}"
    assert (await desk.get(one, token())).json()["status"] == "joined"
    assert (await desk.post(f"{one}:give-sharing-consent", CONSENT, token())).status_code == 200
    assert (await desk.post(f"{one}:leave", {}, token())).json()["status"] == "left"
    assert (await desk.get(one, token(sub="ben"))).status_code == 403


async def test_who_is_no_member_gets_no_place_at_a_gathering_for_members(desk: Counter) -> None:
    answer = await desk.post("/v1/gatherings", {**MEETING, "open_to_others": False}, COORDINATOR)
    one = f"/v1/gatherings/{answer.json()['id']}"
    place = {"person_id": "ann", "sector": "health"}
    outside = await desk.post(f"{one}:book-place", place, token())
    assert (outside.status_code, outside.json()["code"]) == (403, "members_only")
    assert "title" not in (await desk.get(one, token())).json()
    member_id = await joined(desk)
    assert (await desk.post(f"{one}:book-place", place, token())).json()["yours"] == "place"
    assert (await desk.get(one, token())).json()["title"] == "Get-together"
    await desk.post(f"/v1/members/{member_id}:leave", {}, token())
    await desk.post(f"{one}:cancel-booking", {"person_id": "ann"}, token())
    assert (await desk.post(f"{one}:book-place", place, token())).json()["code"] == "members_only"


async def test_who_is_interested_says_so_and_takes_it_back(desk: Counter) -> None:
    told = {"person_id": "ann", "area": "camden", "suits": ["evening"]}
    first = await desk.post("/v1/gathering-interests", told, token())
    assert (first.status_code, first.json()["suits"]) == (201, ["evening"])
    again = await desk.post("/v1/gathering-interests", {**told, "suits": ["evening", "morning"]}, token())
    assert (again.json()["id"], again.json()["suits"]) == (first.json()["id"], ["evening", "morning"])
    one = f"/v1/gathering-interests/{first.json()['id']}"
    assert (await desk.get(one, BEN)).status_code == 403
    assert (await desk.post(f"{one}:withdraw", {}, BEN)).status_code == 403
    assert (await desk.post(f"{one}:withdraw", {}, token())).json()["live"] is False
    assert (await desk.post("/v1/gathering-interests", told, BEN)).json()["code"] == "not_for_somebody_else"


async def test_staff_invite_and_nobody_says_where_the_invitation_came_from(desk: Counter) -> None:
    answer = await desk.post("/v1/members:invite", {"person_id": "ann"}, COORDINATOR)
    assert (answer.status_code, answer.json()["status"]) == (201, "invited")
    assert (await desk.post("/v1/members:invite", {"person_id": "ann"}, ANN)).status_code == 403
    body = {"person_id": "ann", "source": "champion-award"}
    assert (await desk.post("/v1/members:invite", body, COORDINATOR)).status_code == 422


async def test_anybody_reads_the_wordings_before_they_agree(desk: Counter) -> None:
    answer = await desk.get("/v1/sharing-consent-wordings", token())
    assert [wording["version"] for wording in answer.json()["wordings"]] == ["sharing-consent-1"]
