"""Views over HTTP: pages, filters, scope and cards."""

import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.chassis.cards.sealing import KeyRing
from shared.chassis.declarations.access import OWN
from shared.chassis.http import cursors
from shared.chassis.http.lists import LOOKED_AT_MOST
from shared.chassis.http.paging import MAX_LIMIT
from shared.chassis.http.problems import Problem
from tests.support import shoe_shop
from tests.support.shoe_counter import CURSORS, Counter, shoe_counter
from tests.support.tokens import token

BOARD = "/v1/order-board"


async def _board(counter: Counter, key: str, region: str = "north", **row: Any) -> None:
    full = {
        "order_id": key,
        "shop_id": "s1",
        "customer_id": "cat",
        "status": "placed",
        "placed_at": "2026-03-01T09:00:00Z",
        "pair_id": None,
        **row,
    }
    await counter.store.insert("view_order-board", {"_id": key, "region": region, "row": full, "fed": {}})


async def _keys(counter: Counter, path: str, who: str | None = None, **headers: str) -> list[str]:
    answer = await counter.get(path, who, **headers)
    assert answer.status_code == 200, answer.text
    return [row["order_id"] for row in answer.json()["items"]]


@pytest.fixture
async def board(counter: Counter) -> Counter:
    await _board(counter, "o3", placed_at="2026-03-01T10:00:00Z", status="paid")
    await _board(counter, "o1")
    await _board(counter, "o2", shop_id="s2", customer_id="dog")
    await _board(counter, "o4", region="south")
    return counter


async def test_rows_are_ordered_and_of_the_viewers_regions_only(board: Counter) -> None:
    assert await _keys(board, BOARD) == ["o1", "o2", "o3"]
    both = token("clerk", regions=["north", "south"])
    assert await _keys(board, BOARD, both) == ["o1", "o2", "o4", "o3"]
    assert await _keys(board, BOARD, both, Sixsteps_Region="south") == ["o4"]
    assert await _keys(board, BOARD, token("clerk", regions=[])) == []


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (token("manager", shops=["s2"]), ["o2"]),
        (token("manager", shops=[]), []),
        (token("customer", sub="cat"), ["o1", "o3"]),
        (token("customer", "manager", sub="cat", shops=["s2"]), ["o1", "o2", "o3"]),
    ],
)
async def test_a_shorter_reach_shows_units_or_own_rows_only(board: Counter, who: str, seen: list[str]) -> None:
    assert await _keys(board, BOARD, who) == seen


async def test_whoever_it_belongs_to_sees_it_without_any_role(tmp_path: Path) -> None:
    theirs = replace(shoe_shop.BOARD, read_by=OWN)
    async with shoe_counter(tmp_path, replace(shoe_shop.SHOES, views=(theirs,))) as own:
        await _board(own, "o1")
        await _board(own, "o2", customer_id="dog")
        assert await _keys(own, BOARD, token(sub="cat")) == ["o1"]


async def test_a_role_that_is_not_named_sees_no_list(board: Counter) -> None:
    assert (await board.get(BOARD, token("visitor"))).status_code == 403
    assert (await board.get("/v1/pairs", token("manager"))).status_code == 403


async def test_filters_are_by_equality(board: Counter) -> None:
    assert await _keys(board, f"{BOARD}?status=paid") == ["o3"]
    assert await _keys(board, f"{BOARD}?status=placed&shop_id=s2") == ["o2"]
    assert await _keys(board, f"{BOARD}?status=$ne") == []


async def test_a_filter_is_read_as_what_its_field_is(counter: Counter) -> None:
    for number, size in enumerate((39, 40)):
        row = {"pair_id": f"p{number}", "stock_number": f"x{number}", "size": size, "free": True}
        await counter.store.insert("view_pairs", {"_id": f"p{number}", "region": "north", "row": row, "fed": {}})
    answer = await counter.get("/v1/pairs?size=40&free=true")
    assert [row["pair_id"] for row in answer.json()["items"]] == ["p1"]
    assert (await counter.get("/v1/pairs?size=large")).json()["code"] == "invalid_filter"
    assert (await counter.get("/v1/pairs?size=" + "9" * 30)).json()["code"] == "invalid_filter"


async def test_pages_follow_one_another_without_a_gap_or_a_repeat(counter: Counter) -> None:
    placed = [None, None, "2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"]
    for number, moment in enumerate(placed):
        row = {"pair_id": f"p{number}", "stock_number": moment, "size": 39, "free": True}
        await counter.store.insert("view_pairs", {"_id": f"p{number}", "region": "north", "row": row, "fed": {}})
    found: list[str] = []
    where: Mapping[str, Any] = {}
    for _ in placed:
        page = await counter.store.find("view_pairs", where, order=[("row.stock_number", 1), ("_id", 1)], limit=1)
        found.append(page[0]["_id"])
        cursor = CURSORS.spelled(page[0]["row"]["stock_number"], found[-1], "list")
        where = cursors.after("stock_number", *CURSORS.read(cursor, "list"))
    assert found == ["p0", "p1", "p2", "p3", "p4"]
    assert await counter.store.find("view_pairs", where) == []


async def test_a_page_links_to_the_next(board: Counter) -> None:
    first = await board.get(f"{BOARD}?limit=2&status=placed")
    assert "Link" not in first.headers
    first = await board.get(f"{BOARD}?limit=2")
    assert [row["order_id"] for row in first.json()["items"]] == ["o1", "o2"]
    target, _, relation = first.headers["Link"].partition(">; ")
    assert relation == 'rel="next"'
    second = await board.get(target.removeprefix("<"))
    assert [row["order_id"] for row in second.json()["items"]] == ["o3"]
    assert second.json()["next"] is None
    assert "Link" not in second.headers


async def test_a_cursor_belongs_to_its_list_and_is_not_to_be_changed(board: Counter) -> None:
    cursor = (await board.get(f"{BOARD}?limit=2")).json()["next"]
    spoilt = f"{cursor[:8]}{'B' if cursor[8] == 'A' else 'A'}{cursor[9:]}"
    for path in (
        f"{BOARD}?cursor={spoilt}",
        f"{BOARD}?cursor=x",
        f"{BOARD}?cursor=%C3%A9",
        f"{BOARD}?cursor=",
        f"{BOARD}?cursor={cursor}&status=paid",
        f"/v1/pairs?cursor={cursor}",
    ):
        answer = await board.get(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor"), path


@pytest.mark.parametrize("cursor", ["x" * 5_000, "", "AAAA"])
def test_a_cursor_of_another_shape_is_refused(cursor: str) -> None:
    with pytest.raises(Problem):
        CURSORS.read(cursor, "list")


def test_a_cursor_that_others_made_up_is_refused() -> None:
    """What stands in a cursor goes into a query: only what a list has given may."""
    others = cursors.Cursors(KeyRing.parse("test:" + base64.b64encode(b"o" * 32).decode()))
    with pytest.raises(Problem):
        CURSORS.read(others.spelled({"$regex": "^(a+)+$"}, "", "list"), "list")


async def test_a_cursor_tells_nothing_of_the_row_it_comes_after(board: Counter) -> None:
    """That row may be one that its reader may not see: a home that did not agree to be listed."""
    cursor = (await board.get(f"{BOARD}?limit=2")).json()["next"]
    assert b"o2" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


async def test_a_sealed_card_is_no_cursor_and_a_cursor_opens_in_every_process() -> None:
    ring = KeyRing.parse("k:" + base64.b64encode(b"k" * 32).decode())
    card = base64.urlsafe_b64encode(ring.seal(b'[false, "a", "b"]', "cat\x1fnorth\x1f1")).decode().rstrip("=")
    with pytest.raises(Problem):
        cursors.Cursors(ring).read(card, "north\x1f1")
    assert cursors.Cursors(ring).read(cursors.Cursors(ring).spelled("a", "b", "list"), "list") == ("a", "b")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "", "1e2", "٣"])
async def test_a_limit_out_of_bounds_is_refused(board: Counter, limit: str) -> None:
    answer = await board.get(f"{BOARD}?limit={limit}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_limit")


async def test_unknown_and_repeated_parameters_are_refused(board: Counter) -> None:
    unknown = await board.get(f"{BOARD}?colour=red")
    repeated = await board.get(f"{BOARD}?status=paid&status=placed")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_parameter")
    assert unknown.json()["details"] == {"names": ["colour"]}
    assert (repeated.status_code, repeated.json()["code"]) == (422, "repeated_parameter")


async def test_a_row_is_shaped_with_the_contact_card_for_who_may_see_it(board: Counter) -> None:
    await board.cards.put("cat", {"name": "Catherine", "email": None}, "north")
    await board.cards.put("dog", {"name": "Doug", "email": None}, "south")
    rows = (await board.get(BOARD)).json()["items"]
    assert [row["customer"] for row in rows] == ["Catherine", None, "Catherine"]
    managed = (await board.get(BOARD, token("manager", shops=["s1"]))).json()["items"]
    assert {row["customer"] for row in managed} == {None}


async def test_a_row_that_is_hidden_or_gone_is_not_told(counter: Counter) -> None:
    await _board(counter, "o1", placed_at=None)
    await counter.store.insert("view_order-board", {"_id": "o2", "region": "north", "row": None, "fed": {}})
    assert await _keys(counter, BOARD) == []
    assert (await counter.get(f"{BOARD}/o1")).status_code == 404
    assert (await counter.get(f"{BOARD}/o2")).status_code == 404


def _only_placed(row: Any, _card: Any, _viewer: Any) -> Any:
    return row.model_dump(mode="json") if row.status == "placed" else None


async def _pages(counter: Counter, path: str) -> list[list[str]]:
    """The whole list, page by page."""
    found, following = [], path
    while following:
        answer = await counter.get(following)
        found.append([row["order_id"] for row in answer.json()["items"]])
        following = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return found


@pytest.fixture
async def choosy(tmp_path: Path) -> AsyncIterator[Counter]:
    """A counter whose board shows what is placed and hides everything else."""
    view = replace(shoe_shop.BOARD, present=_only_placed)
    async with shoe_counter(tmp_path, replace(shoe_shop.SHOES, views=(view,))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("limit", "pages"),
    [(1, [["o0"], ["o4"], ["o5"]]), (2, [["o0", "o4"], ["o5"]]), (3, [["o0", "o4", "o5"]]), (9, [["o0", "o4", "o5"]])],
)
async def test_hidden_rows_leave_no_hole_in_a_page_and_no_page_of_their_own(
    choosy: Counter, limit: int, pages: list[list[str]]
) -> None:
    for number in range(9):
        await _board(choosy, f"o{number}", status="placed" if number in (0, 4, 5) else "paid")
    assert await _pages(choosy, f"{BOARD}?limit={limit}") == pages


async def test_a_request_reads_so_many_hidden_rows_and_the_next_one_goes_on(choosy: Counter) -> None:
    for number in range(LOOKED_AT_MOST + 2 * MAX_LIMIT):
        await _board(choosy, f"o{number:05}", status="paid")
    await _board(choosy, "p", status="placed")
    assert await _pages(choosy, f"{BOARD}?limit=1") == [[], ["p"]]


async def test_one_row_has_an_address_where_no_aggregate_has_it(board: Counter) -> None:
    assert (await board.get(f"{BOARD}/o1")).json()["order_id"] == "o1"
    assert (await board.get(f"{BOARD}/o4")).status_code == 404
    assert (await board.get(f"{BOARD}/o2", token("customer", sub="cat"))).status_code == 403
    assert (await board.get(f"{BOARD}/o9")).status_code == 404


async def test_rows_may_be_asked_for_up_to_a_moment(board: Counter) -> None:
    assert await _keys(board, f"{BOARD}?until=2026-03-01T09:30:00Z") == ["o1", "o2"]
    for same in ("2026-03-01T10:30:00%2B01:00", "2026-03-01T09:30:00"):
        assert await _keys(board, f"{BOARD}?until={same}") == ["o1", "o2"], same
    for wrong in ("yesterday", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:00:00-05:00"):
        refused = await board.get(f"{BOARD}?until={wrong}")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_filter"), wrong
