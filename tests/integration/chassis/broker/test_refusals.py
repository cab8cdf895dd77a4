"""What a broker refuses for good, and what may be tried again; the next record goes through."""

import asyncio

import pytest

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.topics import Topic, create_topics
from shared.chassis.ports import Rejected, Unavailable
from tests.integration.chassis.broker.hearing import Heard, Place, options
from tests.support.stack import Stack

NOWHERE = "127.0.0.1:1"


async def test_an_unknown_topic_is_refused_for_good(place: Place) -> None:
    broker = place.make()
    await broker.start()
    with pytest.raises(Rejected):
        await broker.send(f"{place.topic}-nobody-made", b"k", b"v", ())
    await broker.send(place.topic, b"k", b"v", ())


async def test_nothing_is_sent_before_the_start_nor_after_the_stop(place: Place) -> None:
    broker = place.make()
    with pytest.raises(Unavailable):
        await broker.send(place.topic, b"k", b"v", ())
    await broker.start()
    await broker.send(place.topic, b"k", b"v", ())
    await broker.stop()
    with pytest.raises(Unavailable):
        await broker.send(place.topic, b"k", b"v", ())


@pytest.mark.parametrize("place", ["kafka"], indirect=True)
async def test_too_large_a_record_is_refused_and_the_next_goes_through(place: Place) -> None:
    broker = place.make()
    await broker.start()
    with pytest.raises(Rejected):
        await broker.send(place.topic, b"k", b"x" * 1_100_000, ())
    await broker.send(place.topic, b"k", b"x" * 900_000, ())


async def test_after_the_broker_refused_a_record_the_next_goes_through(stack: Stack, topic_prefix: str) -> None:
    topic = Topic(f"{topic_prefix}narrow", 1, 1, {"max.message.bytes": "1000"})
    await create_topics(options(stack.kafka), [topic])
    broker = KafkaBroker(options(stack.kafka))
    await broker.start()
    await broker.send(topic.name, b"k", b"small", ())
    with pytest.raises(Rejected):
        await broker.send(topic.name, b"k", b"x" * 5_000, ())
    await broker.send(topic.name, b"k", b"small", ())
    await broker.stop()


async def test_a_broker_that_is_away_is_told_within_seconds_and_may_be_tried_again() -> None:
    broker = KafkaBroker(options(NOWHERE))
    broker.subscribe(["t"], "g", Heard())
    for _ in range(2):
        with pytest.raises(Unavailable):
            await asyncio.wait_for(broker.start(), 10)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(broker.send("t", b"k", b"v", ()), 10)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(broker.ping(), 10)
    assert broker.healthy()
    await asyncio.wait_for(broker.stop(), 10)
