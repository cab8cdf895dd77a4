"""O09: two versions of an event are in flight while a service is rolled out: nothing is parked, lost or doubled."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from deploy.ops.rereading import reread
from shared.chassis.commits import JOURNAL
from shared.chassis.reading.parking import PARKED
from shared.chassis.serving import make_topics
from shared.chassis.settings import read_settings
from tests.integration.ops.conftest import running
from tests.support.tickets import Generation, Sell, tickets

EACH = 60


@pytest.mark.parametrize("generations", [("old", "between"), ("between", "new")], ids="+".join)
async def test_O09_two_generations_side_by_side_under_load_park_nothing(
    shops: Any, generations: tuple[Generation, Generation]
) -> None:
    settings = shops.settings
    await make_topics([tickets("old")], read_settings("tickets", settings))
    async with AsyncExitStack() as stopping:
        lives = [await stopping.enter_async_context(running(tickets(each), settings)) for each in generations]
        await asyncio.gather(
            *(
                live.ask(Sell(ticket_id=f"{at}-{n}", pence=100 + n))
                for n in range(EACH)
                for at, live in enumerate(lives)
            )
        )
        for live in lives:
            await live.quiet()
        store = lives[0].at.around.store
        assert await store.count(PARKED, {}) == 0
        sold, tallied = await _by_kind(store)
        assert {row["_id"]: row["row"]["pence"] for row in await store.find("view_sold", {})} == tallied
        assert len(tallied) == 2 * EACH
        assert set(sold) == ({1} if "old" in generations else {1, 2})


async def test_O09_without_the_step_between_an_old_reader_parks_what_it_does_not_know(shops: Any) -> None:
    await make_topics([tickets("old")], read_settings("tickets", shops.settings))
    async with running(tickets("new"), shops.settings) as writer:
        await writer.ask(Sell(ticket_id="t", pence=5))
        await writer.quiet()
    settings = {**shops.settings, "SIXSTEPS_DATABASE": f"{shops.settings['SIXSTEPS_DATABASE']}_old"}
    await reread({"tickets": settings}, lambda _: tickets("old"))
    async with running(tickets("old"), settings) as reader:
        await reader.quiet()
        assert await reader.at.around.store.count(PARKED, {}) > 0


async def _by_kind(store: Any) -> tuple[list[int], dict[str, int]]:
    """The versions in which sales were written, and what was counted by ticket."""
    events = [event for commit in await store.find(JOURNAL, {}) for event in commit["events"]]
    sold = [int(event["type"].rpartition(".v")[2]) for event in events if ".TicketSold." in event["type"]]
    counted = [event["data"] for event in events if ".TicketCounted." in event["type"]]
    assert len(counted) == len({each["tally_id"] for each in counted})
    return sold, {each["tally_id"]: each["pence"] for each in counted}
