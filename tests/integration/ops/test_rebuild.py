"""Comparing finds a planted difference, rebuilding mends it."""

from typing import Any

import pytest

from deploy.ops.rebuild import NoSuchView, rebuilt, verified
from shared.chassis.ports import Change, Remove


async def test_a_planted_difference_is_found_and_mended(shops: Any, live: Any) -> None:
    changed, gone, *_ = await live.orders(4)
    store = live.at.around.store
    row = (await store.get("view_order-board", [changed]))[changed]["row"]
    await store.write("view_order-board", [Change(changed, {"row": {**row, "status": "shipped"}}), Remove(gone)])
    found = await verified(shops.service, shops.settings, "order-board")
    assert (sorted(found.different), found.equal) == (sorted([changed, gone]), 2)
    told: list[int] = []
    mended = await rebuilt(shops.service, shops.settings, "order-board", told.append)
    assert (mended.events, mended.stopped) == (4, {})
    assert told[0] == 0
    again = await verified(shops.service, shops.settings, "order-board")
    assert (again.equal, again.different) == (4, [])


async def test_deadlines_are_compared_like_a_view(shops: Any, live: Any) -> None:
    await live.orders(2)
    assert (await verified(shops.service, shops.settings, "deadlines")).equal == 2


async def test_a_view_that_is_not_there_is_named_with_those_that_are(shops: Any) -> None:
    with pytest.raises(NoSuchView, match="order-board, pairs, deadlines"):
        await verified(shops.service, shops.settings, "boards")
