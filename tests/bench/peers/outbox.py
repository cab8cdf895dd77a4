"""The same work with `faststream-outbox`: a handler for each message, one transaction in PostgreSQL, a relay beside it.

The library is no dependency of ours: it takes part when it can be imported. `docs/performance.md` says how.
"""

import asyncio
import importlib
import importlib.util
import time
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.chassis.wire import topic_of
from shared.events.enrolment import HomeEnrolled
from tests.bench.ground import Ground, Missing
from tests.bench.peers import postgres
from tests.bench.peers.textbook import opened_by

WORKERS = 4
FETCHED_AT_ONCE = 100
LIBRARIES = ("faststream_outbox", "sqlalchemy", "asyncpg")


def needed() -> None:
    """Raises Missing when it cannot take part here."""
    absent = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if absent:
        raise Missing(f"{', '.join(absent)} cannot be imported.")
    postgres.programs()


async def events_per_s(ground: Ground, prefix: str, events: int) -> float:
    """One message after another in; the relay fetches a hundred rows at once."""
    with postgres.running() as address:
        return await _measured(ground, prefix, events, address)


async def _measured(ground: Ground, prefix: str, events: int, address: str) -> float:
    engine, portfolios, rows = await _tables(address)
    kafka = KafkaBroker(ground.kafka, acks="all", enable_idempotence=True, logger=None)
    finished, relayed = asyncio.Event(), 0

    @kafka.subscriber(
        topic_of(prefix, "enrolment"),
        group_id=f"{prefix}outbox",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def open_portfolio(event: HomeEnrolled) -> None:
        opened = opened_by(event)
        content = opened.model_dump(mode="json")
        async with engine.begin() as connection:
            await connection.execute(portfolios.insert().values(id=opened.portfolio_id, content=content))
            await rows.publish(content, queue="opened", session=connection)

    async def relay(body: dict[str, Any]) -> None:
        nonlocal relayed
        await kafka.publish(body, topic_of(prefix, "portfolio"), key=body["home_id"].encode())
        relayed += 1
        if relayed == events:
            finished.set()

    rows.subscriber("opened", max_workers=WORKERS, fetch_batch_size=FETCHED_AT_ONCE, min_fetch_interval=0.01)(relay)
    try:
        return events / await _seconds_until(finished, kafka, rows)
    finally:
        await engine.dispose()


async def _tables(address: str) -> tuple[Any, Any, Any]:
    """Make them: the engine, the table of portfolios, and the broker over the table that is the outbox."""
    sql, outbox = importlib.import_module("sqlalchemy"), importlib.import_module("faststream_outbox")
    asynchronous = importlib.import_module("sqlalchemy.ext.asyncio")
    metadata = sql.MetaData()
    table = outbox.make_outbox_table(metadata, table_name="outbox")
    portfolios = sql.Table(
        "portfolios", metadata, sql.Column("id", sql.Text, primary_key=True), sql.Column("content", sql.JSON)
    )
    engine = asynchronous.create_async_engine(address, pool_size=WORKERS + 4)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return engine, portfolios, outbox.OutboxBroker(engine, outbox_table=table, logger=None)


async def _seconds_until(finished: asyncio.Event, *brokers: Any) -> float:
    """Start the brokers, and stop them when all is done; how long that took."""
    started = time.perf_counter()
    for broker in brokers:
        await broker.start()
    await finished.wait()
    took = time.perf_counter() - started
    for broker in brokers:
        await broker.stop()
    return took
