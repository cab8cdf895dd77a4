"""Runs one service in one process: starts, serves, stops when told to, and loses nothing on the way.

The HTTP side is up first and says what is not there yet; database and broker may come later, and may go and come back.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

import structlog
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from shared.chassis.assembling import Assembled
from shared.chassis.garbage import keep_what_is_there
from shared.chassis.housekeeping import keep_house
from shared.chassis.measuring import measure
from shared.chassis.ports import Unavailable
from shared.chassis.settings import Settings

Role = Literal["api", "worker", "all"]
PATIENCE_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 3600.0
POSTPONED_SECONDS = 60.0
"""Until it is tried again. Nobody may count on a text that is half gone: whoever asks waits so long."""
MEASURE_SECONDS = 15.0

log = structlog.stdlib.get_logger(__name__)


class Running:
    """One process of one service, in one role: `api` answers, `worker` reads, `all` does both. Every role relays."""

    def __init__(self, assembled: Assembled, app: FastAPI, settings: Settings, role: Role) -> None:
        self._assembled = assembled
        self._settings = settings
        self._role = role
        self._prepared = asyncio.Event()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._server = _server(app, settings)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, then drain within the time that the settings give.

        Ends the process with 1 when a part of the work has failed, which the log tells.
        """
        self._listen_to_signals()
        if self._role != "api":
            self._assembled.subscribe()
        serving = asyncio.create_task(self._server.serve())
        for work in self._work():
            self._tasks.append(asyncio.create_task(work))
        stopping = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait({serving, stopping, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        await self._stop(serving)
        failures = [failure for task in done - {stopping} if (failure := _failure(task)) is not None]
        for failure in failures:
            log.critical("work_failed", exc_info=failure)
        if failures:
            raise SystemExit(1)

    def stop(self) -> None:
        """Begin to stop."""
        self._stopping.set()

    def _listen_to_signals(self) -> None:
        """Also when the loop is gone: a second signal must not make an orderly end look like a violent one."""
        loop = asyncio.get_running_loop()

        def heard(_number: int, _frame: FrameType | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.stop)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, heard)

    def _work(self) -> list[Coroutine[Any, Any, None]]:
        work = [self._prepare(), self._connect(), self._after_preparation(self._relaying)]
        work.append(self._after_preparation(self._measuring))
        if self._role != "api":
            work += [self._after_preparation(self._ticking), self._after_preparation(self._housekeeping)]
        if self._assembled.card_relay is not None:
            work.append(self._after_preparation(self._assembled.card_relay.run))
        return [*work]

    async def _prepare(self) -> None:
        await _until_it_works(self._assembled.prepare, "database")
        self._prepared.set()
        await self._stopping.wait()

    async def _connect(self) -> None:
        await self._prepared.wait()
        await _until_it_works(self._assembled.around.broker.start, "broker")
        keep_what_is_there()
        await self._stopping.wait()

    async def _after_preparation(self, work: Callable[[], Awaitable[None]]) -> None:
        await self._prepared.wait()
        await work()

    async def _relaying(self) -> None:
        await self._assembled.relay.run(self._settings.sweep_seconds)

    async def _ticking(self) -> None:
        while True:
            await self._assembled.readers.ticker.tick()
            await asyncio.sleep(self._settings.tick_seconds)

    async def _measuring(self) -> None:
        """Keep the gauges current: what waits here, and what the readers have before them."""
        relay, metrics, told = self._assembled.relay, self._assembled.metrics, 0
        while True:
            metrics.relay(relay.published - told, relay.backlog)
            told = relay.published
            if self._role != "api":
                await measure(self._assembled)
            await asyncio.sleep(MEASURE_SECONDS)

    async def _housekeeping(self) -> None:
        """Let go of what is kept for a while only."""
        while True:
            pause = HOUSEKEEPING_SECONDS
            try:
                await keep_house(self._assembled)
            except Unavailable as away:
                log.warning("housekeeping_postponed", failure=type(away).__name__)
                pause = POSTPONED_SECONDS
            await asyncio.sleep(pause)

    async def _stop(self, serving: asyncio.Task[None]) -> None:
        """Stop intake, finish, send, mark, close; each with a part of the time, and none when all of it has gone."""
        part = _parts_of(self._settings.shutdown_seconds)
        self._server.should_exit = True
        await asyncio.wait({serving}, timeout=part())
        serving.cancel()
        await _within(part(), self._assembled.around.broker.stop_reading)
        drained = await self._assembled.relay.drain(part())
        if self._assembled.card_relay is not None:
            await _within(part(), self._assembled.card_relay.drain)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=part())
        await _within(part(), self._assembled.around.broker.stop)
        await _within(part(), self._assembled.relay.mark)
        await _within(part(), self._assembled.close_gateways)
        await self._assembled.around.store.close()
        await asyncio.to_thread(self._assembled.around.tracer.close)
        log.info("stopped", drained=drained)


def _failure(task: asyncio.Task[Any]) -> BaseException | None:
    return asyncio.CancelledError() if task.cancelled() else task.exception()


def _server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, int(settings.shutdown_seconds / 4)),
    )
    return _QuietServer(config)


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the process."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _until_it_works(attempt: Callable[[], Awaitable[None]], what: str) -> None:
    while True:
        try:
            await attempt()
        except Unavailable:
            log.warning("waiting_for", dependency=what)
            await asyncio.sleep(PATIENCE_SECONDS)
        else:
            log.info("found", dependency=what)
            return


def _parts_of(seconds: float) -> Callable[[], float]:
    """Gives a quarter of the time, as often as asked, and at the end what is left of it."""
    now = asyncio.get_running_loop().time
    ends = now() + seconds
    return lambda: max(0.0, min(seconds / 4, ends - now()))


async def _within(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await asyncio.wait_for(work(), seconds)
    except (TimeoutError, Unavailable):
        log.warning("not_finished_in_time", step=getattr(work, "__name__", "work"))
