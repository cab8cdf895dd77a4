"""Questions that need more than one thing's state: histories, rows, files; and answers in bytes."""

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Download, Query, QueryTools
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_order import CLERKS, MANAGERS, Order
from tests.support.shoe_shop import BOARD, SHOES
from tests.support.tokens import token


class Which(BaseModel):
    """Which order."""

    order_id: Key


@dataclass(frozen=True, kw_only=True)
class Receipt(Download):
    """A receipt, and whose it is."""

    shop_id: str


async def receipt(question: Which, tools: QueryTools) -> Receipt:
    """What happened, as text."""
    told = await tools.history(Order, question.order_id)
    order = await tools.look(Order, question.order_id)
    lines = [f"{type(each.event).__name__} {each.at:%H:%M} {each.actor_id} {each.causation_id}" for each in told]
    return Receipt(content="\n".join(lines).encode(), file_name="receipt ü.txt", shop_id=order.shop_id if order else "")


async def slices(question: Which, tools: QueryTools) -> Download:
    """Piece by piece: a file, then the rows of the board."""

    async def pieces() -> AsyncIterator[bytes]:
        yield await tools.file(question.order_id) or b"nothing"
        for row in await tools.rows(BOARD, shop_id="s1"):
            yield f" {row.order_id}".encode()

    return Download(content=pieces(), file_name="all.bin")


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    one = Query(
        path="orders/{order_id}/receipt",
        read_by=CLERKS | MANAGERS,
        question=Which,
        answer=receipt,
        unit="shop_id",
        media_type="text/plain",
    )
    two = Query(path="orders/{order_id}/slices", read_by=CLERKS, question=Which, answer=slices, media_type="text/plain")
    async with shoe_counter(tmp_path, dataclasses.replace(SHOES, queries=(one, two))) as open_counter:
        yield open_counter


async def test_a_download_is_offered_under_its_name_and_never_run(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.get(f"/v1/orders/{order_id}/receipt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''receipt%20%C3%BC.txt"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.text == "OrderPlaced 12:00 ann None"


async def test_a_download_is_for_those_whose_it_is(counter: Counter) -> None:
    order_id = await counter.order()
    place = f"/v1/orders/{order_id}/receipt"
    assert (await counter.get(place, token("manager", shops=["s1"]))).status_code == 200
    assert (await counter.get(place, token("manager", shops=["s2"]))).status_code == 403


async def test_history_rows_and_files_of_another_region_are_not_there(counter: Counter) -> None:
    order_id = await counter.order()
    row = {"order_id": order_id, "shop_id": "s1", "customer_id": "cat", "status": "placed"}
    kept = {**row, "placed_at": "2026-03-01T09:00:00Z", "pair_id": None}
    await counter.store.insert("view_order-board", {"_id": order_id, "region": "north", "row": kept, "fed": {}})
    await counter.store.keep_file(order_id, b"file", {"region": "north"})
    place = f"/v1/orders/{order_id}/slices"
    assert (await counter.get(place)).text == f"file {order_id}"
    south = token("clerk", regions=["south"])
    assert (await counter.get(place, south)).text == "nothing"
    assert (await counter.get(f"/v1/orders/{order_id}/receipt", south)).text == ""


async def test_the_description_says_that_bytes_come(counter: Counter) -> None:
    paths = (await counter.get("/openapi.json")).json()["paths"]
    content = paths["/v1/orders/{order_id}/receipt"]["get"]["responses"]["200"]["content"]
    assert content == {"text/plain": {"schema": {"type": "string", "format": "binary"}}}
