"""The same work as the documentation of FastStream and Motor shows it: a handler for each message.

`update_one`, `publish` and the offset's commit, one after the other, each awaited; same durability.
"""

import asyncio
import time
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from motor.motor_asyncio import AsyncIOMotorClient

from services.portfolio.domain.identity import portfolio_of
from shared.chassis.wire import topic_of
from shared.events.enrolment import HomeEnrolled
from shared.events.portfolio import PortfolioOpened
from tests.bench.ground import Ground


async def events_per_s(ground: Ground, prefix: str, events: int) -> float:
    """One message after another."""
    client: Any = AsyncIOMotorClient(ground.mongo, w="majority", journal=True)
    portfolios = client[prefix.rstrip("-")]["portfolios"]
    broker = KafkaBroker(ground.kafka, acks="all", enable_idempotence=True, logger=None)
    finished, done = asyncio.Event(), 0

    @broker.subscriber(
        topic_of(prefix, "enrolment"),
        group_id=f"{prefix}textbook",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def open_portfolio(event: HomeEnrolled) -> None:
        nonlocal done
        opened = opened_by(event)
        content = opened.model_dump(mode="json")
        await portfolios.update_one({"_id": opened.portfolio_id}, {"$set": content}, upsert=True)
        await broker.publish(opened, topic_of(prefix, "portfolio"), key=event.home_id.encode())
        done += 1
        if done == events:
            finished.set()

    started = time.perf_counter()
    await broker.start()
    await finished.wait()
    took = time.perf_counter() - started
    await broker.stop()
    client.close()
    return events / took


def opened_by(event: HomeEnrolled) -> PortfolioOpened:
    """What follows when a home is enrolled."""
    same = event.model_dump(include=set(PortfolioOpened.model_fields))
    return PortfolioOpened(portfolio_id=portfolio_of(event.enrolment_id), **same)
