"""Whoever is told to stop ends in time, although what it stands on hangs."""

import asyncio
import signal
from typing import Literal

import pytest

from deploy.local.platform import RunningService
from deploy.local.ports import free_port
from tests.support.frail import Frail

BOUND_SECONDS = 8.0
ENDED_WITHIN_SECONDS = BOUND_SECONDS + 4.0
"""Its own bound, and what a busy machine takes to end a process."""


@pytest.mark.parametrize("part", ["kafka", "mongo"])
async def test_a_service_told_to_stop_while_this_hangs_ends_in_time(part: Literal["kafka", "mongo"], frail: Frail):
    running = frail.platform.running
    told = {"SIXSTEPS_HTTP_PORT": str(free_port()), "SIXSTEPS_SHUTDOWN_SECONDS": str(BOUND_SECONDS)}
    first = running.services["network"]
    service = RunningService("network", {**first.environment, **told}, running.plan.folder / f"stops-{part}.log")
    service.start()
    await asyncio.to_thread(service.wait_ready)
    assert service.process is not None
    async with frail.frozen(getattr(frail, part)):
        began = asyncio.get_running_loop().time()
        service.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(service.stop)
        took = asyncio.get_running_loop().time() - began
    assert code == 0
    assert took < ENDED_WITHIN_SECONDS
