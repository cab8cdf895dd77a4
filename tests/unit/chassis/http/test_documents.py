"""Free texts: kept before the commit, redactable, swept when nothing refers to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.documents import DOCUMENTS, Documents, free_texts
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.holds import Holds
from shared.chassis.ports import Change, Document, Unavailable
from tests.support.shoe_order import AddNote
from tests.support.tokens import NOW

NOTE = AddNote(order_id="o1", note="Mrs Smith")
PLACE = ("cause-1", "order-o1", "north", NOW)


async def test_kept_again_is_kept_once_and_refers_to_the_same() -> None:
    store = MemoryStore()
    first = await Documents(store).keep(NOTE, *PLACE)
    assert await Documents(store).keep(NOTE, *PLACE) == first
    assert await store.count(DOCUMENTS, {}) == 1
    assert await Documents(store).text(first["note"].document_id) == "Mrs Smith"


async def test_another_text_under_the_same_cause_never_takes_its_place() -> None:
    documents = Documents(MemoryStore())
    first = await documents.keep(NOTE, *PLACE)
    second = await documents.keep(AddNote(order_id="o1", note="Mr Jones"), *PLACE)
    assert await documents.text(first["note"].document_id) == "Mrs Smith"
    assert await documents.text(second["note"].document_id) == "Mr Jones"


async def test_orphans_go_after_a_day_and_what_a_commit_refers_to_stays() -> None:
    store = MemoryStore()
    documents = Documents(store)
    kept = (await documents.keep(NOTE, *PLACE))["note"]
    orphan = (await documents.keep(NOTE, "cause-2", "order-o1", "north", NOW))["note"]
    commit = {"_id": "order-o1:1", "stream": "order-o1", "cause": "cause-1"}
    await store.insert("journal", {**commit, "events": [{"data": {"note": kept.model_dump()}}]})
    assert await documents.sweep_orphans(NOW + timedelta(hours=23)) == 0
    assert await documents.sweep_orphans(NOW + timedelta(hours=25)) == 0
    assert await documents.sweep_orphans(NOW + timedelta(hours=26)) == 1
    assert await documents.text(kept.document_id) == "Mrs Smith"
    assert await documents.get(orphan.document_id) is None


class Counting(MemoryStore):
    """Counts how often the journal is looked into."""

    looks = 0

    @override
    async def find(self, collection: str, where: Mapping[str, Any], **how: Any) -> list[Document]:
        self.looks += collection == JOURNAL
        return await super().find(collection, where, **how)


async def test_a_text_to_which_a_commit_refers_is_looked_after_once_and_not_every_hour() -> None:
    store = Counting()
    documents = Documents(store)
    kept = (await documents.keep(NOTE, *PLACE))["note"]
    commit = {"_id": "order-o1:1", "stream": "order-o1", "cause": "cause-1"}
    await store.insert(JOURNAL, {**commit, "events": [{"data": {"note": kept.model_dump()}}]})
    for hours in (25, 26, 27):
        assert await documents.sweep_orphans(NOW + timedelta(hours=hours)) == 0
    assert store.looks == 1
    assert await documents.keep(NOTE, *PLACE) == {"note": kept}


async def test_a_clock_that_jumps_over_a_day_takes_no_text_whose_commit_is_still_to_come() -> None:
    store = MemoryStore()
    documents = Documents(store)
    kept = (await documents.keep(NOTE, *PLACE))["note"]
    later = NOW + timedelta(days=3)
    for minutes in (0, 1, 2, -5):
        assert await documents.sweep_orphans(later + timedelta(minutes=minutes)) == 0
    commit = {"_id": "order-o1:1", "stream": "order-o1", "cause": "cause-1"}
    await store.insert("journal", {**commit, "events": [{"data": {"note": kept.model_dump()}}]})
    assert await documents.sweep_orphans(later + timedelta(days=1)) == 0
    assert await documents.text(kept.document_id) == "Mrs Smith"


async def test_an_orphan_that_was_asked_for_again_is_no_longer_suspected() -> None:
    documents = Documents(MemoryStore())
    await documents.keep(NOTE, *PLACE)
    assert await documents.sweep_orphans(NOW + timedelta(hours=25)) == 0
    await documents.keep(NOTE, "cause-1", "order-o1", "north", NOW)  # by somebody whose clock is late
    assert await documents.sweep_orphans(NOW + timedelta(hours=26)) == 0


async def test_a_text_that_was_asked_for_again_is_young_again() -> None:
    documents = Documents(MemoryStore())
    await documents.keep(NOTE, *PLACE)
    await documents.keep(NOTE, "cause-1", "order-o1", "north", NOW + timedelta(hours=20))
    assert await documents.sweep_orphans(NOW + timedelta(hours=25)) == 0


async def test_nobody_counts_on_a_text_that_is_on_its_way_out() -> None:
    store = MemoryStore()
    documents = Documents(store)
    document_id = (await documents.keep(NOTE, *PLACE))["note"].document_id
    await store.write(DOCUMENTS, [Change(document_id, {"gone": True})])
    with pytest.raises(Unavailable):
        await documents.keep(NOTE, *PLACE)


async def test_only_the_last_holder_may_let_go() -> None:
    store = MemoryStore()
    holds = Holds(store, "things")
    record = {"_id": "t1", "stream": "s", "region": "north", "cause": "c"}
    first, last = await holds.hold(record, NOW), await holds.hold(record, NOW)
    assert not await holds.let_go("t1", first)
    assert await holds.let_go("t1", last)
    assert not await holds.let_go("t1", last)


class Two(Command):
    order_id: Key
    first: Text
    second: Text | None = None
    plain: str = ""


class Several(Command):
    order_id: Key
    texts: tuple[Text, ...]


def test_free_texts_are_found_by_their_mark_and_may_be_left_out() -> None:
    assert free_texts(Two) == ("first", "second")


async def test_a_text_that_is_left_out_has_no_reference() -> None:
    assert (await Documents(MemoryStore()).keep(Two(order_id="o1", first="x"), *PLACE)).keys() == {"first"}


def test_a_free_text_inside_a_list_is_refused() -> None:
    with pytest.raises(TypeError, match="field of its own"):
        free_texts(Several)
