"""The counter of the shoe shop: its HTTP side over a store in memory, with the real handling behind it."""

import base64
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
from prometheus_client import CollectorRegistry

from shared.chassis.cards.sealing import KeyRing
from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.service import Service
from shared.chassis.documents import Documents
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.failures import VersionMismatch
from shared.chassis.handling import Handling
from shared.chassis.http.app import build_app
from shared.chassis.http.cursors import Cursors
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.standing import with_standing
from shared.chassis.http.tokens import Issuer, TokenAuthenticator
from shared.chassis.journal import Journal
from shared.chassis.refusals import RefusalBook
from shared.chassis.relay import Relay
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock, Topic
from tests.support.tokens import AUDIENCE, ISSUER, NOW, key_file, token

CURSORS = Cursors(KeyRing.parse("test:" + base64.b64encode(b"t" * 32).decode()))


@dataclass(frozen=True)
class PlainCard:
    """A card as the plain owner tells it."""

    fields: Mapping[str, Any]
    region: str
    revision: int


class PlainCards:
    """Contact cards without seals or topic: owner and copies in one."""

    def __init__(self) -> None:
        self.cards: dict[str, PlainCard] = {}

    async def put(self, person_id: str, fields: Mapping[str, Any], region: str, expected: int | None = None) -> int:
        before = self.cards.get(person_id)
        if expected is not None and before is not None and before.revision != expected:
            raise VersionMismatch(version=before.revision)
        revision = before.revision + 1 if before else 1
        self.cards[person_id] = PlainCard(fields, region, revision)
        return revision

    async def erase(self, person_id: str, region: str) -> int:
        return self.cards.pop(person_id).revision + 1

    async def read(self, person_id: str) -> PlainCard | None:
        return self.cards.get(person_id)

    async def get(
        self, person_ids: Sequence[str], regions: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        return {
            person_id: self.cards[person_id].fields
            for person_id in person_ids
            if person_id in self.cards and (regions is None or self.cards[person_id].region in regions)
        }


@dataclass
class Counter:
    """The shop's API with what lies behind it."""

    client: httpx2.AsyncClient
    parts: HttpParts
    store: MemoryStore
    cards: PlainCards
    clock: SetClock

    async def post(self, path: str, body: Any = None, who: str | None = None, **headers: str) -> httpx2.Response:
        """Ask a command; `headers` with underscores for hyphens."""
        return await self.client.post(path, json=body, headers=_headers(who, headers))

    async def get(self, path: str, who: str | None = None, **headers: str) -> httpx2.Response:
        """Look at something."""
        return await self.client.get(path, headers=_headers(who, headers))

    async def send(self, path: str, content: bytes, who: str | None = None, **headers: str) -> httpx2.Response:
        """Post these very bytes."""
        return await self.client.post(path, content=content, headers=_headers(who, headers))

    async def order(self, **changes: Any) -> str:
        """Place an order; its id."""
        body = {"shop_id": "s1", "customer_id": "cat", "price_pence": 4_999, **changes}
        answer = await self.post("/v1/orders", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def _headers(who: str | None, headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    bearer = token("clerk") if who is None else who
    return {**({"Authorization": f"Bearer {bearer}"} if bearer else {}), **named}


@asynccontextmanager
async def shoe_counter(
    folder: Path, service: Service = SHOES, change: Callable[[HttpParts], HttpParts] = lambda parts: parts
) -> AsyncIterator[Counter]:
    """Open the counter; `change` puts other parts in."""
    store, clock, cards = MemoryStore(), SetClock(NOW), PlainCards()
    issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_file=key_file(folder))
    documents = Documents(store)
    parts = HttpParts(
        service=service,
        handling=await _handling(service, store, clock, documents),
        store=store,
        clock=clock,
        documents=documents,
        authenticator=with_standing(
            TokenAuthenticator([issuer], service.unit_claim, SetClock(NOW)), service, store, clock
        ),
        cursors=CURSORS,
        registry=CollectorRegistry(),
        copies=cards,
        owner=cards,
        refusals=RefusalBook(store, clock),
        max_body_bytes=100_000,
    )
    parts = change(replace(parts))
    transport = httpx2.ASGITransport(build_app(parts))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shoes.test") as client:
        yield Counter(client, parts, store, cards, clock)


async def _handling(service: Service, store: MemoryStore, clock: SetClock, documents: Documents) -> Handling:
    relay = Relay(store, Topic(), clock, "shoes-events", "/sixsteps/test/shoes")
    events = [event for row in service.aggregates for event in row.events]
    journal = Journal(store, Catalogue(events), relay.learn, relay.doubt)
    relay.on_published = journal.published
    await journal.prepare()
    return Handling(service, journal, clock, documents, RefusalBook(store, clock))
