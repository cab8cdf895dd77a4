"""What the HTTP side of a service is put together from."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.service import Service
from shared.chassis.documents import Documents
from shared.chassis.http.cursors import Cursors
from shared.chassis.http.strangers import Strangers
from shared.chassis.http.tokens import Authenticator
from shared.chassis.ports import Clock, Store
from shared.chassis.refusals import RefusalBook
from shared.chassis.requests import Outcome, Request, Stored
from shared.chassis.tracing import Silent, Tracer

Check = Callable[[], Awaitable[None]]


class Handling(Protocol):
    """Carries commands out and knows what the streams say."""

    async def handle(self, request: Request) -> Outcome:
        """Carry the command out. Raises a Refusal, and Unavailable."""
        ...

    async def stored(self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str) -> Stored | None:
        """The thing as its stream says it is, or None. Raises Unavailable."""
        ...

    async def history(
        self, aggregate: Aggregate[Any, Any, Any, Any], thing_id: str, after: int = 0, most: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """The commits of its stream after a revision, oldest first, at most so many. Raises Unavailable."""
        ...


class Copies(Protocol):
    """The contact cards as this service knows them."""

    async def get(
        self, person_ids: Sequence[str], regions: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """The cards by person id, of these regions (None: all)."""
        ...


class KnownCard(Protocol):
    """A card in clear, as of one revision."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What the card says."""
        ...

    @property
    def region(self) -> str:
        """Where the person belongs."""
        ...

    @property
    def revision(self) -> int:
        """How often it was written."""
        ...


class Owner(Protocol):
    """The contact cards at their source."""

    async def put(self, person_id: str, fields: Mapping[str, Any], region: str, expected: int | None = None) -> int:
        """Keep the card, over this revision only if one is expected; its revision. Raises a Refusal, Unavailable."""
        ...

    async def erase(self, person_id: str, region: str) -> int:
        """Erase the card for good. Raises a Refusal, and Unavailable."""
        ...

    async def read(self, person_id: str) -> KnownCard | None:
        """The card, or None when there is none or it was erased."""
        ...


@dataclass(frozen=True, kw_only=True)
class HttpParts:
    """Everything `build_app` needs. Bytes and seconds are named so."""

    service: Service
    handling: Handling
    store: Store
    clock: Clock
    documents: Documents
    authenticator: Authenticator
    cursors: Cursors
    registry: CollectorRegistry
    copies: Copies | None = None
    owner: Owner | None = None
    refusals: RefusalBook | None = None
    gateways: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    asyncapi: Callable[[], Mapping[str, Any]] | None = None
    schema: Callable[[str], Mapping[str, Any] | None] | None = None
    tracer: Tracer = field(default_factory=Silent)
    max_body_bytes: int = 1_048_576
    check_seconds: float = 3.0
    strangers: Strangers = field(default_factory=Strangers)
