"""How each service is: whether it answers, how far its readers are, what waits, what is parked, what falls due."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx2

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.service import Service
from shared.chassis.drivers.topic_facts import topic_facts
from shared.chassis.operating import looking
from shared.chassis.ports import Store, Unavailable
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.reading.projections import DEADLINES
from shared.chassis.settings import read_settings
from shared.chassis.wire import topic_of

ANSWER_SECONDS = 5.0
LATE_AFTER = timedelta(minutes=1)
RIGHTS = "rights"
"""What is missing where the broker answers, and does not tell this user how far the readers are."""
_TOPIC = "topic "


@dataclass(frozen=True)
class Http:
    """Whether it answers and is ready; `up` is None when nobody knows its address. `failing`: what it waits for."""

    address: str | None = None
    up: bool | None = None
    ready: bool | None = None
    failing: Sequence[str] = ()


@dataclass(frozen=True)
class Kept:
    """What its database says. `due`: moments that have come and are not asked yet; `late`: for over a minute."""

    unrelayed: int
    parked: Mapping[str, int]
    blocked: int
    gaps: int
    waiting: int
    due: int
    late: int


@dataclass(frozen=True)
class ServiceStatus:
    """One service. `kept` or `lag` is None when that cannot be told; `away` names what is missing for it.

    That is the database, the broker, a topic of it, or the rights to ask it.
    """

    service: str
    http: Http
    kept: Kept | None
    lag: Mapping[str, int] | None
    away: Sequence[str] = field(default=())

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has to do something."""
        kept = self.kept
        wrong = kept is not None and bool(sum(kept.parked.values()) or kept.blocked or kept.gaps or kept.late)
        return wrong or bool(self.away) or self.http.ready is False

    @property
    def lacks_topics(self) -> bool:
        """Whether the broker answers, and a topic is not there."""
        return any(each.startswith(_TOPIC) for each in self.away)

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {**asdict(self), "needs_attention": self.needs_attention}


async def statuses(
    environments: Environments, addresses: Mapping[str, str], find: Callable[[str], Service] = manifest
) -> list[ServiceStatus]:
    """The status of each service; `addresses` say where one answers when its settings do not."""
    asked = [_status(find(name), settings, addresses.get(name)) for name, settings in environments.items()]
    return list(await asyncio.gather(*asked))


async def _status(service: Service, settings: Mapping[str, str], address: str | None) -> ServiceStatus:
    async with looking(service, settings) as at:
        http, kept, lag = await asyncio.gather(_http(address or _address(settings)), _kept(at), _lag(at))
        of_broker = [lag] if lag == RIGHTS else await _missing(at, settings) if isinstance(lag, str) else []
        told = None if isinstance(lag, str) else lag
    return ServiceStatus(service.name, http, kept, told, [*([] if kept else ["database"]), *of_broker])


def _address(settings: Mapping[str, str]) -> str | None:
    host = settings.get("SIXSTEPS_HTTP_HOST", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - not bound
    port = settings.get("SIXSTEPS_HTTP_PORT")
    return f"http://{host}:{port}" if port else None


async def _http(address: str | None) -> Http:
    if address is None:
        return Http()
    try:
        async with httpx2.AsyncClient(base_url=address, timeout=ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.get("/readyz")
            told = answer.json()
    except (httpx2.HTTPError, ValueError):
        return Http(address, up=False, ready=False)
    if not isinstance(told, dict):  # something else answers there
        return Http(address, up=False, ready=False)
    return Http(address, up=True, ready=answer.status_code == HTTPStatus.OK, failing=told.get("failing", []))


async def _lag(at: Assembled) -> Mapping[str, int] | str:
    """The lag by reader, or why it is not told: for want of RIGHTS, or something else."""
    try:
        return await at.readers.lag()
    except Unavailable as away:
        return RIGHTS if "AuthorizationFailed" in str(away) else str(away)


async def _missing(at: Assembled, settings: Mapping[str, str]) -> list[str]:
    """Why nobody can tell the lag: topics that are not there, else the broker."""
    names = sorted({topic_of(at.around.prefix, at.service.name), *at.readers.topics})
    try:
        found = await topic_facts(read_settings(at.service.name, settings).kafka_options(), names)
    except Unavailable:
        return ["broker"]
    return [f"{_TOPIC}{each.name}" for each in found if not each.partitions] or ["broker"]


async def _kept(at: Assembled) -> Kept | None:
    store, now = at.around.store, at.around.clock.now()
    try:
        return Kept(
            unrelayed=await store.count(JOURNAL, {"relayed": False}),
            parked={name: await store.count(PARKED, {"reader": name}) for name in at.readers.names},
            blocked=await store.count(POSITIONS, {"parked": "failed"}),
            gaps=await store.count(POSITIONS, {"parked": "gap"}),
            waiting=await _moments(store, {"$gt": now}),
            due=await _moments(store, {"$lte": now}),
            late=await _moments(store, {"$lte": now - LATE_AFTER}),
        )
    except Unavailable:
        return None


async def _moments(store: Store, when: Mapping[str, Any]) -> int:
    return await store.count(DEADLINES, {"asked": False, "due_at": when})
