"""What an event weighs: on the topic, in the journal, and with all that is kept beside.

Two homes go through the nine months of the demonstration; then every collection and every commit is weighed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import bson
from motor.motor_asyncio import AsyncIOMotorClient
from rich.console import Console

from deploy.demo import months
from deploy.demo.board import Board
from deploy.demo.cast import cast
from deploy.demo.journey.clock import SettableClock
from deploy.demo.names import made_up_homes
from deploy.demo.playing import SERVICES
from deploy.demo.run import run
from deploy.local.platform import PlatformPlan, start_platform
from deploy.services import NAMES
from shared.chassis.commits import JOURNAL, public_events
from shared.chassis.ports import Document
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.streams import SNAPSHOTS
from shared.chassis.wire import Record, record
from tests.bench.ground import Ground

HOMES = 2
VIEWS = "views"
BESIDE = "rest"
"""Deadlines, refusals, texts, leases, what is parked."""


async def weights(ground: Ground) -> Mapping[str, float]:
    """Mean bytes of a record, a commit, a position, a view's row and a snapshot; all of them for each event."""
    plan = ground.plan(f"{ground.name('weights')}-", **SERVICES)
    await _played(replace(plan, clock_file=plan.folder / "clock"))
    client: Any = AsyncIOMotorClient(ground.mongo, tz_aware=True)
    kept: defaultdict[str, list[Document]] = defaultdict(list)
    for service in NAMES:
        database = client[f"{plan.database_prefix}{service}"]
        for name in await database.list_collection_names():
            kept[kind_of(name)] += await database[name].find({}, batch_size=200).to_list(None)
    client.close()
    return weighed(kept)


async def _played(plan: PlatformPlan) -> None:
    plan.folder.mkdir(parents=True)
    assert plan.clock_file is not None
    clock, players = SettableClock(plan.clock_file), cast(made_up_homes(HOMES), 1)
    clock.move(months.APPLYING)
    platform = start_platform(plan)
    try:
        with Board(Console(quiet=True), players.homes, lambda: 0) as board:
            result = await run(platform, players, clock, board, 0.0)
    finally:
        platform.stop()
    if not result.passed:
        raise AssertionError([check for check in result.checks if not check.passed])


def kind_of(collection: str) -> str:
    """What a collection is weighed as."""
    if collection in (JOURNAL, POSITIONS, SNAPSHOTS):
        return collection
    return VIEWS if collection.startswith("view") else BESIDE


def weighed(kept: Mapping[str, Sequence[Document]]) -> Mapping[str, float]:
    """The figures of what is kept, by kind."""
    records = list(_records(kept[JOURNAL]))
    bytes_of = {kind: [len(bson.encode(document)) for document in documents] for kind, documents in kept.items()}
    events = len(records)
    key, value = _mean([len(one.key) for one in records]), _mean([len(one.value) for one in records])
    headers = _mean([sum(len(name) + len(told) for name, told in one.headers) for one in records])
    means = {f"weight_{kind}_bytes": _mean(found) for kind, found in bytes_of.items()}
    shares = {f"weight_{kind}_bytes_per_event": sum(found) / events for kind, found in bytes_of.items()}
    return {
        "weight_events": events,
        "weight_record_key_bytes": key,
        "weight_record_value_bytes": value,
        "weight_record_headers_bytes": headers,
        "weight_record_bytes": key + value + headers,
        **means,
        **shares,
        "weight_database_bytes_per_event": sum(shares.values()),
    }


def _records(commits: Sequence[Document]) -> Iterator[Record]:
    """As the relay sends them."""
    for commit in commits:
        for event in public_events(commit):
            yield record(commit, event, "/sixsteps/bench/service")


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0
