"""One whole service in this process, over drivers in memory, asked through its HTTP side by whoever has a token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from deploy.published import asyncapi_of, schema_of
from deploy.services import NAMES, manifest
from services.notifications.gateways.memory import MemoryMailer
from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster, MemoryStore
from shared.chassis.http.app import build_app
from shared.chassis.http.cursors import Cursors
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.tokens import Issuer, TokenAuthenticator
from tests.support.shoe_works import SetClock
from tests.support.tokens import AUDIENCE, ISSUER, NOW, key_file

KEYS = "k1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
TOPICS = (*(f"{name}-events" for name in NAMES), "enrolment-people")


@dataclass(frozen=True)
class Inside:
    """The service with its description."""

    assembled: Assembled
    client: httpx2.AsyncClient
    document: dict[str, Any]


@asynccontextmanager
async def inside(name: str, folder: Path) -> AsyncIterator[Inside]:
    """Put it together, with its readers at work."""
    cluster, clock = MemoryCluster(2), SetClock(NOW)
    cluster.create(*TOPICS)
    around = Around(
        store=MemoryStore(),
        broker=MemoryBroker(cluster),
        clock=clock,
        keys=KeyRing.parse(KEYS),
        deployment="test",
        gateways={"mail": MemoryMailer()},
    )
    assembled = assemble(manifest(name), around)
    await assembled.prepare()
    assembled.subscribe()
    await around.broker.start()
    transport = httpx2.ASGITransport(build_app(_parts(assembled, folder)), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here.test") as client:
        document = (await client.get("/openapi.json")).json()
        yield Inside(assembled, client, document)
    await assembled.relay.drain(5)
    await around.broker.stop()


def _parts(assembled: Assembled, folder: Path) -> HttpParts:
    service = assembled.service
    issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_file=key_file(folder))
    return HttpParts(
        service=service,
        handling=assembled.handling,
        store=assembled.around.store,
        clock=assembled.around.clock,
        documents=assembled.documents,
        authenticator=TokenAuthenticator([issuer], service.unit_claim, SetClock(NOW)),
        cursors=Cursors(assembled.around.keys),
        registry=assembled.metrics.registry,
        copies=assembled.copies,
        owner=assembled.owner,
        refusals=assembled.refusals,
        gateways=assembled.gateways,
        asyncapi=asyncapi_of(service.name),
        schema=schema_of(service.name),
    )
