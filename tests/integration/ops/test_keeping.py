"""What must not be lost: taken out and put back it is the same; a topic is made anew from the journal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.ops.archive import NoArchive, NotEmpty, backed_up, destroyed, differences, digests, restored
from deploy.ops.audit import audited
from deploy.ops.drill import StillRunning, drilled, drilled_in_place
from deploy.ops.republish import republished
from deploy.ops.rereading import reread
from shared.chassis.auditing import audit
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from shared.chassis.ports import Change
from shared.chassis.settings import read_settings
from tests.support.shoe_order import PlaceOrder

PREFIX = "SIXSTEPS_TOPIC_PREFIX"


async def test_the_drill_leaves_the_live_database_alone_and_everything_comes_back(
    shops: Any, live: Any, tmp_path: Path
) -> None:
    await live.orders(30)
    before = await digests(shops.environments)
    found = await drilled(shops.environments, tmp_path)
    assert (found.different, before["shoes"][JOURNAL].documents) == ([], 30)
    assert set(found.seconds) == {"back up", "destroy", "restore", "compare"}
    assert await digests(shops.environments) == before
    beside = {"shoes": {**shops.settings, "SIXSTEPS_DATABASE": f"{shops.settings['SIXSTEPS_DATABASE']}_drill"}}
    assert not any((await digests(beside)).values())


async def test_drilled_in_place_a_stopped_service_goes_on_as_if_nothing_had_happened(
    shops: Any, tmp_path: Path
) -> None:
    async with shops.open() as live:
        await live.orders(5)
    with pytest.raises(StillRunning, match="--stopped"):
        await drilled_in_place(shops.environments, tmp_path, find=shops.find)
    found = await drilled_in_place(shops.environments, tmp_path, find=shops.find, stopped=True)
    assert (found.different, found.lots["shoes"][JOURNAL].documents) == ([], 5)
    async with shops.open() as live:
        await live.ask(PlaceOrder(order_id="after", shop_id="s", customer_id="c", price_pence=5))
        await live.quiet()
    (audit_of_all,) = await audited(shops.environments, find=shops.find)
    assert (audit_of_all.violations, audit_of_all.commits) == ([], 6)


async def test_a_document_that_is_not_what_it_was_is_named(shops: Any, live: Any, tmp_path: Path) -> None:
    order, *_ = await live.orders(2)
    taken = await backed_up(shops.environments, tmp_path)
    await live.at.around.store.write("view_order-board", [Change(order, {"mark": "another"})])
    (sentence,) = differences(taken.lots, await digests(shops.environments))
    assert sentence.startswith("shoes view_order-board: 2 documents")


async def test_an_archive_is_not_mixed_with_what_it_does_not_hold(shops: Any, live: Any, tmp_path: Path) -> None:
    await live.orders(1)
    with pytest.raises(NoArchive):
        await restored(shops.environments, tmp_path)
    await backed_up(shops.environments, tmp_path)
    await live.ask(PlaceOrder(order_id="late", shop_id="s", customer_id="c", price_pence=5))
    await live.quiet()
    with pytest.raises(NotEmpty):
        await restored(shops.environments, tmp_path)
    assert (tmp_path / "shoes" / "journal.bson").stat().st_mode & 0o777 == 0o600


async def test_a_restore_that_was_stopped_between_two_services_is_run_again(shops: Any, tmp_path: Path) -> None:
    async with shops.open() as live:
        await live.orders(3)
    boots = {**shops.settings, "SIXSTEPS_DATABASE": f"{shops.settings['SIXSTEPS_DATABASE']}_boots"}
    both = {**shops.environments, "boots": boots}
    store = open_pymongo_store(boots["SIXSTEPS_MONGO"], boots["SIXSTEPS_DATABASE"])
    await store.insert("rows", {"_id": "a"})
    await store.close()
    taken = await backed_up(both, tmp_path)
    await destroyed(both)
    await restored(shops.environments, tmp_path)
    again = await restored(both, tmp_path)
    assert again.lots["boots"]["rows"].documents == 1
    assert differences(taken.lots, again.lots) == []


async def test_after_an_older_archive_is_put_back_what_came_later_is_read_again(shops: Any, tmp_path: Path) -> None:
    async with shops.open() as live:
        await live.orders(3)
        await backed_up(shops.environments, tmp_path)
        await live.ask(PlaceOrder(order_id="late", shop_id="s", customer_id="c", price_pence=5))
        await live.quiet()
        board = await live.at.around.store.count("view_order-board", {})
    await destroyed(shops.environments)
    await restored(shops.environments, tmp_path)
    await reread(shops.environments, shops.find)
    async with shops.open() as live:
        await live.quiet()
        assert (board, await live.at.around.store.count("view_order-board", {})) == (4, 4)


async def test_a_topic_that_is_gone_is_made_anew_from_the_journal(shops: Any, live: Any) -> None:
    await live.orders(20)
    elsewhere = await _an_empty_topic(shops)
    found = await republished("shoes", elsewhere, find=shops.find)
    assert (found.streams, found.events, found.sent) == (20, 20, 20)
    commits = await live.at.around.store.find(JOURNAL, {})
    there = [message async for message in live.at.around.broker.read_all(f"{elsewhere[PREFIX]}shoes-events")]
    assert audit("shoes", commits, there).violations == []
    again = await republished("shoes", elsewhere, find=shops.find)
    assert again.sent == 0
    assert (await republished("shoes", elsewhere, everything=True, find=shops.find)).sent == 20


async def test_only_what_a_topic_lacks_is_sent(shops: Any, live: Any) -> None:
    await live.orders(5)
    assert (await republished("shoes", shops.settings, find=shops.find)).sent == 0


async def _an_empty_topic(shops: Any) -> Mapping[str, str]:
    """The shop's settings, on topics of another name."""
    settings = {**shops.settings, PREFIX: f"{shops.settings[PREFIX]}anew-"}
    options = read_settings("shoes", settings).kafka_options()
    await create_topics(options, [kept_for_ever(f"{settings[PREFIX]}shoes-events", 3, 1)])
    return settings
