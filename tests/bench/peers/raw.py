"""The same work with no framework at all: aiokafka and the driver, batches, one `insert_many`, sends awaited together.

No schema, no order per key, no repeats seen, nothing parked, nothing found again after a crash: the least that the work
can cost, with the same durability.
"""

import asyncio
import time
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from motor.motor_asyncio import AsyncIOMotorClient

from services.portfolio.domain.identity import portfolio_of
from shared.chassis.ids import new_id
from shared.chassis.wire import topic_of
from tests.bench.ground import Ground

TYPE = "sixsteps.portfolio.PortfolioOpened.v1"


async def events_per_s(ground: Ground, prefix: str, events: int) -> float:
    """Read, decide, store, publish, commit: batch by batch."""
    client: Any = AsyncIOMotorClient(ground.mongo, w="majority", journal=True)
    journal = client[prefix.rstrip("-")]["journal"]
    producer = AIOKafkaProducer(
        bootstrap_servers=ground.kafka, acks="all", enable_idempotence=True, linger_ms=2, max_batch_size=128 * 1024
    )
    consumer = AIOKafkaConsumer(
        topic_of(prefix, "enrolment"),
        bootstrap_servers=ground.kafka,
        group_id=f"{prefix}raw",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    started, done = time.perf_counter(), 0
    await producer.start()
    await consumer.start()
    while done < events:
        batches = await consumer.getmany(timeout_ms=500, max_records=500)
        commits = [_opened(record) for records in batches.values() for record in records]
        if commits:
            await journal.insert_many(commits, ordered=False)
            await asyncio.gather(*[await _sent(producer, topic_of(prefix, "portfolio"), each) for each in commits])
            await consumer.commit()
        done += len(commits)
    took = time.perf_counter() - started
    await consumer.stop()
    await producer.stop()
    client.close()
    return events / took


def _opened(record: ConsumerRecord) -> dict[str, Any]:
    told = orjson.loads(record.value)
    portfolio_id = portfolio_of(told["enrolment_id"])
    stream = f"portfolio-{portfolio_id}"
    data = {
        "portfolio_id": portfolio_id,
        **{name: told[name] for name in ("enrolment_id", "home_id", "home_name", "cohort_id", "version_id", "pathway")},
        **{name: told[name] for name in ("lead_person_id", "signatory_person_id", "representative_person_ids")},
    }
    event = {"id": new_id(), "type": TYPE, "sequence": 1, "data": data}
    return {"_id": f"{stream}:1", "stream": stream, "key": told["home_id"], "revision": 1, "events": [event]}


async def _sent(producer: AIOKafkaProducer, topic: str, commit: dict[str, Any]) -> Any:
    (event,) = commit["events"]
    headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_id", event["id"].encode()),
        ("ce_type", TYPE.encode()),
        ("ce_source", b"/sixsteps/bench/portfolio"),
        ("ce_subject", commit["stream"].encode()),
        ("ce_sequence", b"1"),
    ]
    return await producer.send(topic, value=orjson.dumps(event["data"]), key=commit["key"].encode(), headers=headers)
