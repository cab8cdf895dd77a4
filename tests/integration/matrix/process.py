"""One process of the shop: everything that the chassis runs in one, without the HTTP side, over watched ports."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from pydantic import SecretStr

from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_group
from shared.chassis.declarations.service import Service
from shared.chassis.http.tokens import Issuer
from shared.chassis.ports import Broker, Clock, Store
from shared.chassis.running import Running
from shared.chassis.settings import Settings
from tests.integration.matrix.scenario import SHOP
from tests.support.ports.broker import PortBroker
from tests.support.ports.clock import PortClock
from tests.support.ports.courier import Book, PortCourier
from tests.support.ports.faults import Life, Tape
from tests.support.ports.store import PortStore

T = TypeVar("T")
KEYS = "k:" + base64.b64encode(b"1" * 32).decode()
HTTP = FastAPI()


class Died(Exception):
    """The process was killed while it was asked."""


class Fell(Exception):
    """The process ended by itself, which nothing in the scenario explains."""


def settings(tick_seconds: float = 1.0, sweep_seconds: float = 30.0) -> Settings:
    """What a process is told; of the addresses nothing is used."""
    return Settings(
        service="shoes",
        deployment="test",
        kafka="",
        mongo=SecretStr(""),
        issuers=(Issuer(issuer="https://issuer.example", audience="shoes", jwks_file=Path("unread.json")),),
        card_keys=SecretStr(KEYS),
        tick_seconds=tick_seconds,
        sweep_seconds=sweep_seconds,
    )


class Process:
    """`store` and `broker` are the plain ones behind the ports: a test looks there without being noticed."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        clock: Clock,
        book: Book,
        *,
        tape: Tape,
        life: Life,
        prefix: str = "",
        service: Service = SHOP,
    ) -> None:
        self.store, self.broker, self.clock = store, broker, clock
        self._prefix = prefix
        around = Around(
            store=PortStore(store, tape, life),
            broker=PortBroker(broker, tape, life),
            clock=PortClock(clock, tape, life),
            keys=KeyRing.parse(KEYS),
            deployment="test",
            prefix=prefix,
            gateways={"courier": PortCourier(book, tape, life)},
        )
        self.assembled: Assembled = assemble(service, around)
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._running: Running | None = None
        self._tasks: list[asyncio.Task[Any]] = []

    def die(self) -> None:
        """Tell whoever asks this process that no answer will come."""
        if not self._ended.done():
            self._ended.set_exception(Died)
            self._ended.exception()

    def start(self, told: Settings) -> None:
        """Run all that a process runs beside its HTTP side."""
        self._running = Running(self.assembled, HTTP, told, "all")
        self.assembled.subscribe()
        for work in self._running._work():
            task = asyncio.create_task(work)
            task.add_done_callback(self._fell)
            self._tasks.append(task)
        self._running._tasks = self._tasks

    def _fell(self, task: asyncio.Task[Any]) -> None:
        if not (self._ended.done() or task.cancelled()) and (why := task.exception()):
            self._ended.set_exception(Fell(f"{type(why).__name__}: {why}"))
            self._ended.exception()

    async def do(self, work: Callable[[Assembled], Awaitable[T]]) -> T:
        """What the work in this process comes to. Raises Died, Fell, and what the work raises."""
        job: asyncio.Future[T] = asyncio.ensure_future(work(self.assembled))
        both: set[asyncio.Future[Any]] = {job, self._ended}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            job.cancel()
            await self._ended
        return job.result()

    async def stop(self) -> None:
        """Stop as after SIGTERM. Raises Died."""

        async def stopping(_assembled: Assembled) -> None:
            assert self._running is not None
            served: asyncio.Task[None] = asyncio.create_task(asyncio.sleep(0))
            await self._running._stop(served)

        await self.do(stopping)

    @property
    def groups(self) -> list[str]:
        """The consumer groups of the service."""
        cards = [card_group("shoes", self._prefix)] if self.assembled.copies is not None else []
        return [*self.assembled.readers.groups.values(), *cards]
