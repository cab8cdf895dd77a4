"""The store port keeps its promises, on both drivers and in memory alike."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.ports import Change, Collided, Put, Remove, Store, Unavailable

NOWHERE = "mongodb://127.0.0.1:1"
NOON = datetime(2026, 3, 2, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture(params=["motor", "pymongo", "memory"])
async def store(request: pytest.FixtureRequest, database_name: str) -> AsyncIterator[Store]:
    opened: Store
    if request.param == "memory":
        opened = MemoryStore()
    else:
        mongo = request.getfixturevalue("stack").mongo
        opener = open_motor_store if request.param == "motor" else open_pymongo_store
        opened = opener(mongo, database_name)
    await opened.ping()
    yield opened
    await opened.close()


async def ids(store: Store, collection: str, where: dict[str, Any] | None = None) -> list[str]:
    return [found["_id"] for found in await store.find(collection, where or {}, order=[("_id", 1)])]


async def one(store: Store, collection: str, name: str) -> Any:
    return (await store.get(collection, [name])).get(name)


async def test_a_document_comes_back_as_it_was_stored(store: Store) -> None:
    document = {"_id": "shoe:1", "at": NOON, "sizes": [41, 42], "data": {"left": b"\x00\xff", "lace": None}}
    await store.insert("journal", dict(document))
    assert await store.get("journal", ["shoe:1", "shoe:2"]) == {"shoe:1": document}


async def test_a_scan_gives_one_document_after_another_in_order(store: Store) -> None:
    numbers = [f"{number:04}" for number in range(2_500)]
    await store.insert_many("journal", [{"_id": number} for number in reversed(numbers)])
    assert [found["_id"] async for found in store.scan("journal")] == numbers
    assert [found["_id"] async for found in store.scan("nothing")] == []


async def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    summer = timezone(timedelta(hours=1))
    await store.insert("journal", {"_id": "a", "at": NOON.astimezone(summer)})
    found = (await one(store, "journal", "a"))["at"]
    assert (found, found.utcoffset()) == (NOON, timedelta(0))


async def test_a_taken_id_is_told_as_a_duplicate(store: Store) -> None:
    await store.insert("journal", {"_id": "a"})
    with pytest.raises(Collided) as collided:
        await store.insert("journal", {"_id": "a"})
    assert collided.value.collision == "duplicate"


async def test_one_of_fifty_racers_gets_the_id(store: Store) -> None:
    async def attempt(number: int) -> bool:
        try:
            await store.insert("journal", {"_id": "a", "by": number})
        except Collided:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt(number) for number in range(50)))) == 1


async def test_fields_that_are_unique_together_are_kept_so(store: Store) -> None:
    await store.unique("journal", ["stream", "cause"])
    await store.unique("journal", ["stream", "cause"])
    await store.insert("journal", {"_id": "a", "stream": "s", "cause": "c"})
    await store.insert("journal", {"_id": "b", "stream": "s", "cause": "d"})
    with pytest.raises(Collided):
        await store.insert("journal", {"_id": "c", "stream": "s", "cause": "c"})


async def test_an_unordered_insert_names_the_positions_that_were_taken(store: Store) -> None:
    await store.unique("journal", ["cause"])
    await store.insert("journal", {"_id": "b", "cause": "0"})
    documents = [
        {"_id": "a", "cause": "1"},
        {"_id": "b", "cause": "2"},
        {"_id": "c", "cause": "0"},
        {"_id": "d", "cause": "3"},
    ]
    assert await store.insert_many("journal", documents) == {1: "duplicate", 2: "duplicate"}
    assert await ids(store, "journal") == ["a", "b", "d"]


async def test_inserting_nothing_is_nothing(store: Store) -> None:
    assert await store.insert_many("journal", []) == {}


async def test_find_filters_orders_and_limits(store: Store) -> None:
    rows = [("a", 3, "red"), ("b", 1, "red"), ("c", 2, "blue"), ("d", 2, "red")]
    await store.insert_many(
        "shoes", [{"_id": name, "size": size, "look": {"colour": colour}} for name, size, colour in rows]
    )
    red = await store.find("shoes", {"look.colour": "red"}, order=[("size", -1)])
    page = await store.find("shoes", {"size": {"$lte": 2}}, order=[("size", 1), ("_id", -1)], limit=2)
    either = await store.find(
        "shoes", {"$or": [{"size": {"$gt": 2}}, {"size": 2, "_id": {"$gt": "c"}}]}, order=[("_id", 1)]
    )
    assert [row["_id"] for row in red] == ["a", "d", "b"]
    assert [row["_id"] for row in page] == ["b", "d"]
    assert [row["_id"] for row in either] == ["a", "d"]
    assert await store.count("shoes", {"look.colour": {"$in": ["red", "green"]}}) == 3


async def test_a_put_replaces_what_is_there_and_makes_what_is_not(store: Store) -> None:
    await store.write("rows", [Put({"_id": "a", "old": 1}), Put({"_id": "b"})])
    await store.write("rows", [Put({"_id": "a", "new": 2})])
    assert await one(store, "rows", "a") == {"_id": "a", "new": 2}
    assert await ids(store, "rows") == ["a", "b"]


async def test_a_guarded_put_leaves_a_document_that_no_longer_matches(store: Store) -> None:
    await store.write("rows", [Put({"_id": "a", "seen": 7})])
    stale = Put({"_id": "a", "seen": 5}, guard={"seen": {"$lt": 5}})
    newer = Put({"_id": "b", "seen": 1}, guard={"seen": {"$lt": 1}})
    await store.write("rows", [stale, newer])
    assert await one(store, "rows", "a") == {"_id": "a", "seen": 7}
    assert await one(store, "rows", "b") == {"_id": "b", "seen": 1}


async def test_of_racing_guarded_puts_the_newest_stays(store: Store) -> None:
    puts = [Put({"_id": "a", "seen": number}, guard={"seen": {"$lt": number}}) for number in (4, 9, 1, 7, 3, 8, 2)]
    await asyncio.gather(*(store.write("rows", [put]) for put in puts))
    assert await one(store, "rows", "a") == {"_id": "a", "seen": 9}


async def test_a_change_sets_fields_and_a_removal_removes(store: Store) -> None:
    await store.insert_many("journal", [{"_id": "a", "relayed": False, "n": 1}, {"_id": "b"}])
    await store.write("journal", [Change("a", {"relayed": True}), Remove("b"), Change("x", {"n": 1}), Remove("y")])
    assert await store.find("journal", {}) == [{"_id": "a", "relayed": True, "n": 1}]


async def test_a_put_that_breaks_what_is_unique_collides(store: Store) -> None:
    await store.unique("rows", ["number"])
    await store.write("rows", [Put({"_id": "a", "number": 1})])
    with pytest.raises(Collided):
        await store.write("rows", [Put({"_id": "b", "number": 1})])


async def test_exactly_one_of_several_racers_gets_a_claim(store: Store) -> None:
    await store.insert("errands", {"_id": "e", "state": "waiting"})
    claims = (store.claim("errands", "e", {"state": "waiting"}, {"state": "taken"}) for _ in range(20))
    assert sum(await asyncio.gather(*claims)) == 1
    assert await store.claim("errands", "nobody", {}, {"state": "taken"}) is False


async def test_a_swapped_collection_holds_what_the_replacement_held(store: Store) -> None:
    await store.unique("view", ["number"])
    await store.write("view", [Put({"_id": "old", "number": 1}), Put({"_id": "both", "number": 2})])
    await store.unique("shadow", ["number"])
    await store.write("shadow", [Put({"_id": "both", "number": 3}), Put({"_id": "new", "number": 4})])
    await store.swap("view", "shadow")
    assert await ids(store, "view") == ["both", "new"]
    assert await one(store, "view", "both") == {"_id": "both", "number": 3}
    assert await ids(store, "shadow") == []
    with pytest.raises(Collided):
        await store.insert("view", {"_id": "other", "number": 4})


async def test_swapping_with_nothing_leaves_nothing(store: Store) -> None:
    await store.insert("view", {"_id": "a"})
    await store.swap("view", "shadow")
    assert await ids(store, "view") == []


async def test_a_dropped_collection_is_empty(store: Store) -> None:
    await store.insert("view", {"_id": "a"})
    await store.drop("view")
    await store.drop("view")
    assert await ids(store, "view") == []


@pytest.mark.parametrize("size", [0, 1, 255 * 1024, 255 * 1024 + 1, 25 * 1024 * 1024])
async def test_a_file_comes_back_as_it_was_kept(store: Store, size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    await store.keep_file("f", content, {"media_type": "text/plain"})
    assert await store.fetch_file("f") == (content, {"media_type": "text/plain"})


async def test_keeping_a_file_again_changes_nothing_and_dropping_it_leaves_nothing(store: Store) -> None:
    await store.keep_file("f", b"one", {"n": 1})
    await store.keep_file("f", b"two", {"n": 2})
    assert await store.fetch_file("f") == (b"one", {"n": 1})
    await store.drop_file("f")
    await store.drop_file("f")
    assert await store.fetch_file("f") is None


async def test_it_answers_a_ping(store: Store) -> None:
    await store.indexed("view", ["number"])
    await store.ping()


@pytest.mark.parametrize("opener", [open_motor_store, open_pymongo_store])
async def test_a_database_that_is_away_is_told_within_seconds(opener: Any) -> None:
    store = opener(NOWHERE, "nothing")
    calls = (store.ping(), store.insert("journal", {"_id": "a"}), store.write("rows", [Remove("a")]))
    outcomes = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 8)
    await store.close()
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3


async def test_a_bulk_says_whether_every_write_took_effect(store: Store) -> None:
    assert await store.write("rows", [Put({"_id": name, "mark": 1}) for name in "abc"])
    assert await store.write("rows", [Change(name, {"seen": True}) for name in "ab"])
    assert not await store.write("rows", [Change(name, {"seen": True}) for name in "az"])
    assert await store.write("rows", [Put({"_id": "a", "mark": 2}, {"mark": 1}), Put({"_id": "d"}, {"mark": 1})])
    assert not await store.write("rows", [Put({"_id": "a", "mark": 3}, {"mark": 1}), Put({"_id": "b"}, {"mark": 1})])
    assert (await one(store, "rows", "a"))["mark"] == 2
    assert not await store.write("rows", [Remove("a"), Remove("z")])
    assert await ids(store, "rows") == ["b", "c", "d"]
