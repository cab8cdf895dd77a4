"""Portfolio inside this process, over the real broker and database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from services.portfolio.service import SERVICE
from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.clock import SystemClock
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.motor_store import open_motor_store
from tests.bench.ground import Ground

KEYS = KeyRing.parse(f"bench:{'A' * 43}=")
REACTIONS_ONLY = replace(SERVICE, views=(), deadlines=(), queries=(), cards=None)
"""What the peers do too: from an event to a stored and published one, with nothing to look at."""


@asynccontextmanager
async def portfolio(
    ground: Ground, prefix: str, *, whole: bool = True, sweep_seconds: float = 30
) -> AsyncIterator[Assembled]:
    """The service, prepared and relaying; reading begins with `subscribe` and the broker's start."""
    around = Around(
        store=open_motor_store(ground.mongo, prefix.rstrip("-")),
        broker=KafkaBroker(ground.options("bench-portfolio")),
        clock=SystemClock(),
        keys=KEYS,
        deployment="bench",
        prefix=prefix,
    )
    assembled = assemble(SERVICE if whole else REACTIONS_ONLY, around)
    await assembled.prepare()
    relaying = asyncio.create_task(assembled.relay.run(sweep_seconds))
    try:
        yield assembled
    finally:
        relaying.cancel()
        await around.broker.stop()
        await around.store.close()
