"""A process knows who is behind a proxy that we trust, leaves alone what its start made, and closes what it opened."""

import asyncio
import base64
import gc
import signal
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs
from typing_extensions import override

from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.garbage import NEW_BEFORE_A_LOOK
from shared.chassis.ports import Broker, Document, Headers, Store, Write
from shared.chassis.running import Running, _server
from shared.chassis.settings import Settings
from tests.support.eventually import eventually
from tests.support.shoe_order import PlaceOrder
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock, asking
from tests.support.virtual_time import run_virtually

TOLD = {
    "service": "shoes",
    "deployment": "test",
    "kafka": "k:1",
    "mongo": "mongodb://m",
    "issuers": [{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}],
    "card_keys": f"k:{base64.b64encode(bytes(32)).decode()}",
    "trusted_proxies": "10.0.0.0/8",
}


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """Say by which address the client is known."""
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


@pytest.mark.parametrize(
    ("proxy", "forwarded", "known_as"),
    [
        ("10.1.2.3", "192.0.2.7", "192.0.2.7"),
        ("10.1.2.3", "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("198.51.100.1", "192.0.2.7", "198.51.100.1"),
    ],
    ids=["behind ours", "who made an address up", "behind another"],
)
async def test_a_stranger_is_counted_by_their_own_address(proxy: str, forwarded: str, known_as: str) -> None:
    config = _server(seen, Settings.model_validate(TOLD)).config  # type: ignore[arg-type]  # any app will do
    config.load()
    transport: Any = httpx2.ASGITransport(config.loaded_app, client=(proxy, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shoes.test") as client:
        answer = await client.get("/", headers={"X-Forwarded-For": forwarded})
    assert answer.text == known_as


class Courier:
    closed = False

    async def aclose(self) -> None:
        self.closed = True


def around(store: Store | None = None, broker: Broker | None = None, **gateways: object) -> Around:
    cluster = MemoryCluster(1)
    cluster.create("shoes-events")
    return Around(
        store=store or MemoryStore(),
        broker=broker or MemoryBroker(cluster),
        clock=SetClock(),
        keys=KeyRing.parse(str(TOLD["card_keys"])),
        deployment="test",
        gateways=gateways,
    )


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def process(assembled: Assembled, shutdown_seconds: float = 4) -> Running:
    settings = Settings.model_validate({**TOLD, "http_port": 0, "shutdown_seconds": shutdown_seconds})
    return Running(assembled, FastAPI(), settings, "api")


async def test_a_process_that_stops_closes_the_gateways_that_keep_connections() -> None:
    courier = Courier()
    running = process(assemble(SHOES, around(courier=courier, keeps_no_connection=object())))
    running.stop()
    await running.run()
    assert courier.closed


async def test_what_the_start_of_a_process_made_is_not_looked_at_again_and_again() -> None:
    running = process(assemble(SHOES, around()))
    ended = asyncio.create_task(running.run())
    await eventually(gc.get_freeze_count, "the collector leaves alone what is there")
    assert gc.get_threshold()[0] == NEW_BEFORE_A_LOOK
    running.stop()
    await ended


class Broken(MemoryStore):
    """Fails in a way that nobody foresaw."""

    @override
    async def find(self, *_: Any, **__: Any) -> list[Document]:
        raise ZeroDivisionError


async def test_a_process_of_which_a_part_fails_says_so_and_ends_with_a_code() -> None:
    with capture_logs() as told, pytest.raises(SystemExit) as ended:
        await process(assemble(SHOES, around(Broken()))).run()
    assert ended.value.code == 1
    assert [type(line["exc_info"]) for line in told if line["event"] == "work_failed"] == [ZeroDivisionError]


class Hangs(MemoryBroker):
    """Takes one record, and then answers nobody any more."""

    taken = 0

    @override
    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        self.taken += 1
        if self.taken > 1:
            await self.stop()

    @override
    async def stop_reading(self) -> None:
        await self.stop()

    @override
    async def stop(self) -> None:
        await asyncio.Event().wait()


class HangsToo(MemoryStore):
    """Stores what is new, and marks nothing."""

    @override
    async def write(self, collection: str, writes: Sequence[Write]) -> bool:
        await asyncio.Event().wait()
        return True


class Hung:
    async def aclose(self) -> None:
        await asyncio.Event().wait()


async def hanging(shutdown_seconds: float) -> float:
    """How long a process takes to end when nothing around it answers."""
    hung = assemble(SHOES, around(HangsToo(), Hangs(MemoryCluster(1)), hung=Hung()))
    for order in ("o1", "o2"):
        place = PlaceOrder(order_id=order, shop_id="shop-1", customer_id="c-1", price_pence=5_000)
        await hung.handling.handle(asking(place, order))
    await eventually(lambda: hung.relay.published == 1, "one event is sent")
    running = process(hung, shutdown_seconds)
    running.stop()
    began = asyncio.get_running_loop().time()
    await running.run()
    return asyncio.get_running_loop().time() - began


def test_a_process_around_which_everything_hangs_ends_in_the_time_it_is_given() -> None:
    assert run_virtually(hanging(8)) == pytest.approx(8)
