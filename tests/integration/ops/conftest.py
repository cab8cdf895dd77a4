"""The shoe shop as a live service over the real stack, and its settings as the operators' commands get them."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from deploy.local.environment import Environments
from shared.chassis.assembling import Assembled
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.policy import Policy
from shared.chassis.declarations.service import Service
from shared.chassis.operating import acting
from shared.chassis.serving import make_topics
from shared.chassis.settings import read_settings
from tests.support.eventually import eventually
from tests.support.shoe_order import PlaceOrder
from tests.support.shoe_shop import SHOES, when_order_cancelled_release_pair
from tests.support.shoe_works import asking
from tests.support.stack import Stack


class Courier:
    async def book(self, order: str) -> str:
        return f"ref-{order}"


def shop(*policies: Policy) -> Service:
    """The shop with a courier; other policies where a test wants them to fail."""
    chosen = policies or (when_order_cancelled_release_pair,)
    return replace(SHOES, policies=chosen, gateways=lambda _settings: {"courier": Courier()})


@dataclass
class Live:
    """One process of the shop."""

    at: Assembled

    async def ask(self, command: Command) -> str:
        outcome = await self.at.handling.handle(asking(command, f"key-{command!r}"))
        return outcome.thing.thing_id

    async def orders(self, count: int) -> list[str]:
        """Place orders, and return when all readers are through."""
        placed = [PlaceOrder(order_id=f"o{n}", shop_id="s", customer_id="c", price_pence=500) for n in range(count)]
        ids = [await self.ask(each) for each in placed]
        await self.quiet()
        return ids

    async def poison(self, stream: str = "order-z", sequence: int = 1, value: bytes = b"\xff\x00") -> None:
        """Put a record on the shop's topic that its journal knows nothing of."""
        topic = f"{self.at.around.prefix}shoes-events"
        headers = (("ce_subject", stream.encode()), ("ce_sequence", str(sequence).encode()))
        await self.at.around.broker.send(topic, stream.encode(), value, headers)
        await self.quiet()

    async def quiet(self) -> None:
        await eventually(self._is_quiet, "all is relayed and read")

    async def _is_quiet(self) -> bool:
        waiting = await self.at.around.store.count("journal", {"relayed": False})
        return not waiting and not any((await self.at.readers.lag()).values())


@dataclass
class Shops:
    """The settings, and a way to start a process with them."""

    environments: Environments
    service: Service = field(default_factory=shop)

    @property
    def settings(self) -> Mapping[str, str]:
        return self.environments["shoes"]

    def find(self, name: str) -> Service:
        return {"shoes": self.service}[name]

    def open(self) -> AbstractAsyncContextManager[Live]:
        """One more process."""
        return running(self.service, self.settings)


@asynccontextmanager
async def running(service: Service, settings: Mapping[str, str]) -> AsyncIterator[Live]:
    """A process of the shop, from start to end."""
    async with acting(service, settings) as at:
        await at.prepare()
        at.subscribe()
        await at.around.broker.start()
        relaying = asyncio.create_task(at.relay.run(30.0))
        yield Live(at)
        relaying.cancel()
        await asyncio.wait({relaying})


@pytest.fixture
async def shops(stack: Stack, database_name: str, topic_prefix: str) -> Shops:
    """The shop's settings; its topic is there."""
    settings = {
        "SIXSTEPS_DEPLOYMENT": "test",
        "SIXSTEPS_KAFKA": stack.kafka,
        "SIXSTEPS_MONGO": stack.mongo,
        "SIXSTEPS_DATABASE": database_name,
        "SIXSTEPS_TOPIC_PREFIX": topic_prefix,
        "SIXSTEPS_ISSUERS": json.dumps([{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}]),
        "SIXSTEPS_CARD_KEYS": f"k:{base64.b64encode(bytes(32)).decode()}",
        "SIXSTEPS_CONSUMER_SESSION_SECONDS": "6",
        "SIXSTEPS_PARTITIONS": "3",
    }
    await make_topics([SHOES], read_settings("shoes", settings))
    return Shops({"shoes": settings})


@pytest.fixture
async def live(shops: Shops) -> AsyncIterator[Live]:
    """One process of the shop."""
    async with shops.open() as opened:
        yield opened
