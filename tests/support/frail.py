"""A platform on a broker and a database of its own, which a test may stop, freeze and start again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.process import RunningStack, start_stack
from tests.support.platform import Platform, live_platform
from tests.support.stack import Stack


@dataclass(frozen=True)
class Frail:
    """The platform with what it stands on."""

    platform: Platform
    kafka: RunningStack
    mongo: RunningStack

    @asynccontextmanager
    async def without(self, part: RunningStack) -> AsyncIterator[None]:
        """Broker or database ended, and started again afterwards."""
        await asyncio.to_thread(part.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(part.restart)

    @asynccontextmanager
    async def frozen(self, part: RunningStack) -> AsyncIterator[None]:
        """Broker or database hanging: connections stay, answers do not come."""
        os.kill(part.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(part.process.pid, signal.SIGCONT)


@asynccontextmanager
async def frail_platform(folder: Path) -> AsyncIterator[Frail]:
    """Start one; everything ends with it."""
    kafka, mongo = await asyncio.gather(
        asyncio.to_thread(start_stack, folder / "kafka", only="kafka"),
        asyncio.to_thread(start_stack, folder / "mongo", only="mongo"),
    )
    try:
        stack = Stack(kafka=kafka.kafka or "", mongo=mongo.mongo or "")
        async with live_platform(stack, folder / "platform", "frail") as platform:
            yield Frail(platform, kafka, mongo)
    finally:
        await asyncio.to_thread(kafka.stop)
        await asyncio.to_thread(mongo.stop)
