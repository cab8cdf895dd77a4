"""The embedded database's own maps: nothing torn, nothing lost when it is killed, whatever the log says or lacks."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from deploy.local.process import RunningStack, start_stack
from shared.chassis.drivers.mongo_store import MongoStore
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.ports import Change, Collided, Put, Remove
from tests.support.eventually import eventually

ROUNDS = 300
KILLS = 2
TRIES = 8
"""On a busy machine the file may be written before the test has looked."""
MORE_THAN_A_LOG = 10
LESS_THAN_A_LOG = 6
MEGABYTE = "x" * (1 << 20)
SLOW_TO_WRITE = list(range(100_000))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[RunningStack]:
    stack = await asyncio.to_thread(start_stack, tmp_path, only="mongo")
    yield stack
    await asyncio.to_thread(stack.stop)


def opened(stack: RunningStack) -> MongoStore:
    return open_pymongo_store(stack.mongo or "", "kept")


def logs(stack: RunningStack) -> list[Path]:
    return sorted((stack.data / "mongo").glob("changes-*.log"))


async def killed(stack: RunningStack, store: MongoStore) -> MongoStore:
    await store.close()
    stack.kill()
    await asyncio.to_thread(stack.restart)
    return opened(stack)


async def test_a_document_that_is_found_is_as_it_was_asked_for_while_others_change_it(database: RunningStack) -> None:
    store = opened(database)
    await store.insert("rows", {"_id": "a", "row": {"n": 0}, "other": 0})
    numbers = count(1)

    async def change() -> None:
        for number in (next(numbers) for _ in range(ROUNDS)):
            row = None if number % 2 else {"n": number}
            await store.write("rows", [Put({"_id": "a", "row": row, "other": number})])

    async def look() -> list[object]:
        found = [await store.find("rows", {"row": {"$ne": None}}) for _ in range(ROUNDS)]
        return [one for page in found for one in page if one["row"] is None or one["row"]["n"] != one["other"]]

    torn, *_ = await asyncio.gather(look(), change())
    assert torn == []
    await store.close()


async def test_an_id_with_further_conditions_is_found_only_when_they_hold(database: RunningStack) -> None:
    store = opened(database)
    await store.insert_many("rows", [{"_id": name, "mark": name.upper()} for name in ("a", "b", "c")])

    assert await store.find("rows", {"_id": "a", "mark": "B"}) == []
    assert [one["_id"] for one in await store.find("rows", {"_id": {"$in": ["c", "a", "z"]}, "mark": "C"})] == ["c"]
    assert [one["_id"] for one in await store.find("rows", {"_id": {"$gt": "a"}}, order=[("_id", -1)])] == ["c", "b"]
    assert not await store.claim("rows", "a", {"mark": "B"}, {"mark": "Z"})
    assert await store.claim("rows", "a", {"mark": "A"}, {"mark": "Z"})
    await store.close()


async def test_a_killed_database_has_every_kind_of_change_again(database: RunningStack) -> None:
    store = opened(database)
    await store.unique("rows", ("name",))
    await store.insert_many("rows", [{"_id": str(n), "name": f"n{n}"} for n in range(5)])
    await store.write("rows", [Remove("0"), Change("1", {"name": "changed"}), Put({"_id": "2", "name": "put"})])
    await store.insert("gone", {"_id": "x"})
    await store.drop("gone")
    before = await store.digest()

    store = await killed(database, store)
    assert await store.digest() == before
    assert await store.find("gone", {}) == []
    with pytest.raises(Collided):
        await store.insert("rows", {"_id": "9", "name": "changed"})
    await store.insert("rows", {"_id": "8", "name": "n0"})
    await store.close()


async def test_a_database_that_is_killed_again_and_again_keeps_one_log(database: RunningStack) -> None:
    store = opened(database)
    for number in range(3):
        await store.insert("rows", {"_id": str(number)})
        store = await killed(database, store)
    assert await store.count("rows", {}) == 3
    assert len(logs(database)) == 1
    await store.close()


async def test_half_a_change_at_the_end_of_the_log_ends_the_reading_and_nothing_else(database: RunningStack) -> None:
    store = opened(database)
    await store.insert_many("rows", [{"_id": str(n)} for n in range(3)])
    await store.close()
    database.kill()
    (log,) = logs(database)
    whole = log.read_bytes()
    log.write_bytes(whole + whole[: len(whole) // 2][-60:])

    await asyncio.to_thread(database.restart)
    store = opened(database)
    assert await store.count("rows", {}) == 3
    await store.insert("rows", {"_id": "after"})
    store = await killed(database, store)
    assert await store.count("rows", {}) == 4
    await store.close()


async def test_what_left_the_log_for_the_file_is_there_after_a_kill(database: RunningStack) -> None:
    store = opened(database)
    before = logs(database)
    for number in range(MORE_THAN_A_LOG):
        await store.insert("rows", {"_id": str(number), "much": MEGABYTE})
    await eventually(lambda: len(logs(database)) == 1 and logs(database) != before, "the earlier log was taken away")

    store = await killed(database, store)
    assert await store.count("rows", {}) == MORE_THAN_A_LOG
    await store.close()


async def test_a_database_that_is_killed_while_its_file_is_written_has_everything(database: RunningStack) -> None:
    store, seen, times = opened(database), 0, 0
    while seen < KILLS and times < TRIES:
        times += 1
        for number in range(MORE_THAN_A_LOG):
            await store.write("rows", [Put({"_id": str(number), "times": times, "much": SLOW_TO_WRITE})])
            if len(logs(database)) > 1:
                seen += 1
                break
        store = await killed(database, store)
        assert await store.count("rows", {"times": times}) == number + 1
    assert seen, "no kill met the writing"
    await store.close()


FILTERS: tuple[dict[str, object], ...] = (
    {"relayed": False},
    {"$and": [{"region": {"$in": ["north", "west"]}}, {"row": {"$ne": None}}, {"row.home": "h1"}]},
    {"region": "north", "row.home": {"$in": ["h0", "h2", "h9"]}},
    {"region": "north", "row.home": {"$gt": "h1"}},
    {"region": {"$in": []}},
    {"region": {"$ne": "north"}},
    {"$or": [{"region": "north"}, {"row.home": "h2"}]},
    {"region": None},
    {"row.tags": "b"},
    {"row.number": 2},
    {"at": {"$lte": 5}, "region": "west"},
    {"_id": {"$gt": "05"}, "region": "north"},
)


def document(number: int) -> dict[str, object]:
    region = ("north", "west", None)[number % 3]
    row = {"home": f"h{number % 4}", "tags": ["a", "b"][: number % 3], "number": number % 5}
    return {
        "_id": f"{number:02}",
        "region": region,
        "relayed": number % 2 == 0,
        "at": number,
        "row": row if number % 7 else None,
    }


async def test_what_is_more_than_one_answer_may_hold_comes_in_pieces(database: RunningStack) -> None:
    store = opened(database)
    for start in range(0, 500, 50):
        await store.insert_many(
            "much", [{"_id": f"{n:03}", "text": MEGABYTE[:100_000]} for n in range(start, start + 50)]
        )

    assert [one["_id"] async for one in store.scan("much")] == [f"{n:03}" for n in range(500)]
    assert len(await store.find("much", {})) == 500
    await store.close()


async def test_an_index_finds_what_reading_everything_finds(database: RunningStack) -> None:
    store = opened(database)
    for fields in (("relayed",), ("region", "row.home"), ("row.tags",), ("row.number",), ("region", "at")):
        await store.indexed("indexed", fields)
    for collection in ("indexed", "plain"):
        await store.insert_many(collection, [document(number) for number in range(40)])
        changed = [Put(document(number) | {"region": "west", "relayed": False}) for number in range(0, 40, 5)]
        await store.write(collection, [*changed, Remove("07"), Change("09", {"row.home": "h2", "row.number": 2.0})])
    store = await killed(database, store)

    for where in FILTERS:
        order = [("_id", 1)]
        found = await store.find("indexed", where, order=order), await store.find("plain", where, order=order)
        assert found[0] == found[1], where
        assert await store.count("indexed", where) == len(found[1]), where
        assert (await store.find("indexed", where, order=order, limit=2)) == found[1][:2], where
    await store.close()


async def test_the_file_is_written_only_when_a_log_ends(database: RunningStack) -> None:
    store, file = opened(database), database.data / "mongo" / "maps.mv"
    await store.insert("rows", {"_id": "first"})
    before = file.stat().st_mtime_ns
    for number in range(LESS_THAN_A_LOG):
        await store.insert("rows", {"_id": str(number), "much": MEGABYTE})
    for number in range(ROUNDS * 10):
        await store.insert("rows", {"_id": f"little {number}"})
    assert file.stat().st_mtime_ns == before
    await store.close()
