"""A process of the shop that takes an order and is killed, really, between its commit and the mark that it was sent."""

import asyncio
import os
import signal
from typing import Literal, NamedTuple, NoReturn

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.ports import Headers, Producer, Store
from tests.support.shoe_order import PlaceOrder
from tests.support.shoe_works import Works, asking, shoe_works

FaultPoint = Literal["before it is sent", "before it is marked"]


class Counter(NamedTuple):
    """Where orders are taken: a database and a topic that nobody else uses."""

    mongo: str
    kafka: str
    name: str

    @property
    def topic(self) -> str:
        """Where the events go."""
        return f"{self.name}-shoes-events"

    def options(self) -> KafkaOptions:
        """How its broker is reached."""
        return KafkaOptions(servers=self.kafka, client=self.name, session_seconds=6.0, stop_seconds=4.0)

    def store(self) -> Store:
        """Its database."""
        return open_pymongo_store(self.mongo, self.name)


class OnTopic:
    """Sends to the counter's own topic, whatever the shop calls it."""

    def __init__(self, broker: Producer, topic: str) -> None:
        self._broker = broker
        self._topic = topic

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """Send, and wait for the acknowledgement."""
        del topic
        await self._broker.send(self._topic, key, value, headers)


class Deadly:
    """Kills its process when it is to send: before anything has left, or when the broker has it."""

    def __init__(self, producer: Producer, at: FaultPoint) -> None:
        self._producer = producer
        self._at = at

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> NoReturn:
        """Die, the sooner or the later."""
        if self._at == "before it is marked":
            await self._producer.send(topic, key, value, headers)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody outlives it")


def take_an_order(counter: Counter, number: int, at: FaultPoint) -> None:
    """The main of a process of its own, which comes back from it never."""
    asyncio.run(_take_an_order(counter, number, at))


async def _take_an_order(counter: Counter, number: int, at: FaultPoint) -> None:
    broker = KafkaBroker(counter.options())
    await broker.start()
    works = await at_work(counter, Deadly(OnTopic(broker, counter.topic), at))
    await works.handling.handle(asking(order(number), f"key-{number}"))
    await asyncio.Event().wait()


async def at_work(counter: Counter, producer: Producer) -> Works:
    """The shop over the counter's database, sending by this producer."""
    return await shoe_works(counter.store(), producer)


def order(number: int) -> PlaceOrder:
    """One of many orders."""
    return PlaceOrder(order_id=f"o{number}", shop_id="s", customer_id="c", price_pence=500)
