"""The embedded stack writes before it acknowledges: killed at any moment, it has everything that it said yes to."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from deploy.local.process import RunningStack, start_stack
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever
from shared.chassis.ports import Unavailable
from tests.support.eventually import eventually

KILLS = 1
AT_ONCE = 8
ENOUGH = 150
TOPIC = "letters"


async def test_a_killed_stack_has_every_document_and_every_record_that_it_acknowledged(tmp_path: Path) -> None:
    stack = await asyncio.to_thread(start_stack, tmp_path)
    kept, sent, numbers = set[str](), set[str](), count()
    try:
        await create_topics(_options(stack), [kept_for_ever(TOPIC, 2, 1)])
        for _ in range(KILLS):
            await _killed_while_writing(stack, kept, sent, numbers)
            await asyncio.to_thread(stack.restart)
        assert await _missing(stack, kept, sent) == set()
    finally:
        await asyncio.to_thread(stack.stop)


async def _killed_while_writing(stack: RunningStack, kept: set[str], sent: set[str], numbers: Iterator[int]) -> None:
    store, broker = open_pymongo_store(stack.mongo or "", "durable"), KafkaBroker(_options(stack))
    await broker.start()

    async def keep() -> None:
        while True:
            name = f"document-{next(numbers)}"
            await store.insert("letters", {"_id": name})
            kept.add(name)

    async def send() -> None:
        while True:
            name = f"record-{next(numbers)}"
            await broker.send(TOPIC, name.encode(), name.encode(), ())
            sent.add(name)

    before = len(kept), len(sent)
    writers = [asyncio.create_task(work()) for work in (keep, send) for _ in range(AT_ONCE)]
    await eventually(lambda: len(kept) > before[0] + ENOUGH and len(sent) > before[1] + ENOUGH, "much is written", 60)
    stack.kill()
    ends = await asyncio.gather(*writers, return_exceptions=True)
    assert all(isinstance(end, Unavailable) for end in ends), ends
    await broker.stop()
    await store.close()


async def _missing(stack: RunningStack, kept: set[str], sent: set[str]) -> set[str]:
    store, broker = open_pymongo_store(stack.mongo or "", "durable"), KafkaBroker(_options(stack))
    await broker.start()
    there = {document["_id"] for document in await store.find("letters", {})}
    there |= {(message.value or b"").decode() async for message in broker.read_all(TOPIC)}
    await broker.stop()
    await store.close()
    return (kept | sent) - there


def _options(stack: RunningStack) -> KafkaOptions:
    return KafkaOptions(servers=stack.kafka or "", client="durable", send_seconds=3.0)
