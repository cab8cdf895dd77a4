"""The four services as many processes: each role of each one by itself, in one or several replicas, behind proxies."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from deploy.demo.journey.who import tokens_from
from deploy.local.issuer import LocalIssuer
from deploy.local.mail import MailSink
from deploy.local.platform import PlatformPlan, RunningPlatform, RunningService, make_topics, service_of
from deploy.local.ports import free_port
from deploy.local.process import RunningStack, start_stack
from deploy.services import NAMES
from tests.chaos.live.clockwork import Clockwork
from tests.chaos.live.cutting import HOST, CuttingProxy
from tests.chaos.live.keeping import KeepingApi, Ledger
from tests.support.inside import inside
from tests.support.onlooker import Onlooker
from tests.support.platform import Platform

ROLES = ("api", "worker")
READY_SECONDS = 90.0


@dataclass
class Fleet:
    """All processes, with broker and database below them and the proxies in between."""

    kafka: RunningStack
    mongo: RunningStack
    platform: Platform
    api: KeepingApi
    ledger: Ledger
    clock: Clockwork
    chance: Random
    below: CuttingProxy
    replicas: list[RunningService] = field(default_factory=list)
    in_front: list[CuttingProxy] = field(default_factory=list)

    def those(self, name: str | None = None, role: str | None = None) -> list[RunningService]:
        """The replicas of a service (all), in a role (all)."""
        return [each for each in self.replicas if name in (None, each.name) and role in (None, each.role)]

    def add(self, name: str, role: str) -> RunningService:
        """Start one more replica; it is not awaited."""
        first = self.platform.running.services[name]
        environment = {**first.environment, "SIXSTEPS_HTTP_PORT": str(free_port()), "SIXSTEPS_MONGO": self.mongo_seen}
        log = self.platform.running.plan.folder / f"{name}-{role}-{len(self.replicas)}.log"
        replica = RunningService(name, environment, log, role)
        replica.start()
        self.replicas.append(replica)
        return replica

    @property
    def mongo_seen(self) -> str:
        """The database's address as the services know it."""
        return f"mongodb://{HOST}:{self.below.port}/?directConnection=true"

    async def ready(self, replicas: Iterable[RunningService] | None = None) -> None:
        """Return when these replicas (all) say that they are ready."""
        waited = [asyncio.to_thread(one.wait_ready, READY_SECONDS) for one in replicas or self.replicas]
        await asyncio.gather(*waited)

    async def stop(self, replicas: Iterable[RunningService]) -> None:
        """Stop these in good order."""
        await asyncio.gather(*(asyncio.to_thread(one.stop) for one in list(replicas)))

    def ports(self, name: str) -> list[int]:
        """Where the API of a service answers now."""
        return [int(one.address.rpartition(":")[2]) for one in self.those(name, "api")]


def send(process: RunningStack | RunningService, number: signal.Signals) -> None:
    """Send a signal to a process that runs."""
    assert process.process is not None
    os.kill(process.process.pid, number)


@asynccontextmanager
async def live_fleet(folder: Path, seed: int) -> AsyncIterator[Fleet]:
    """Start broker, database and one api and one worker of each service; all end with it."""
    async with AsyncExitStack() as ends:
        kafka, mongo = await _part(ends, folder, "kafka"), await _part(ends, folder, "mongo")
        (folder / "platform").mkdir()
        yield await _fleet(ends, folder / "platform", kafka, mongo, Random(seed))


async def _part(ends: AsyncExitStack, folder: Path, only: str) -> RunningStack:
    part = await asyncio.to_thread(start_stack, folder / only, only=only)
    ends.push_async_callback(asyncio.to_thread, part.stop)
    return part


async def _fleet(ends: AsyncExitStack, folder: Path, kafka: RunningStack, mongo: RunningStack, chance: Random) -> Fleet:
    running, clock = await _platform(ends, folder, kafka, mongo)
    ledger, fronts = Ledger(), dict[str, CuttingProxy]()
    fleet: Fleet

    def targets(name: str) -> Callable[[], list[int]]:
        return lambda: fleet.ports(name)

    below = await ends.enter_async_context(CuttingProxy(lambda: [_port(mongo.mongo)], chance))
    for name in NAMES:
        fronts[name] = await ends.enter_async_context(CuttingProxy(targets(name), chance))
    addresses = {name: f"http://{HOST}:{front.port}" for name, front in fronts.items()}
    api = await ends.enter_async_context(KeepingApi(ledger, addresses, tokens_from(running.issuer)))
    platform = await _platform_seen(ends, running, api, clock)
    fleet = Fleet(kafka, mongo, platform, api, ledger, clock, chance, below, in_front=list(fronts.values()))
    ends.push_async_callback(lambda: fleet.stop(fleet.replicas))
    for name in NAMES:
        for role in ROLES:
            fleet.add(name, role)
    await fleet.ready()
    return fleet


async def _platform(
    ends: AsyncExitStack, folder: Path, kafka: RunningStack, mongo: RunningStack
) -> tuple[RunningPlatform, Clockwork]:
    clock = await ends.enter_async_context(Clockwork(folder / "clock"))
    plan = PlatformPlan(folder, kafka.kafka or "", mongo.mongo or "", prefix="chaos-", database_prefix="chaos_")
    plan = replace(plan, clock_file=clock.path)
    issuer, mail = LocalIssuer(folder), MailSink(folder / "mail")
    mail.start()
    ends.callback(mail.stop)
    services = {name: service_of(plan, name, issuer, mail) for name in NAMES}
    await asyncio.to_thread(make_topics, services[NAMES[0]])
    return RunningPlatform(plan, services, issuer, mail), clock


async def _platform_seen(ends: AsyncExitStack, running: RunningPlatform, api: KeepingApi, clock: Clockwork) -> Platform:
    topics = [*(f"{name}-events" for name in NAMES), "enrolment-people"]
    onlooker = Onlooker(running.plan.kafka, running.plan.prefix, topics)
    await onlooker.start()
    ends.push_async_callback(onlooker.stop)
    insides = {name: inside(name, running.services[name].environment) for name in NAMES}
    for each in insides.values():
        ends.push_async_callback(each.close)
    return Platform(running, api, clock.hand, onlooker, insides)


def _port(mongo: str | None) -> int:
    return int((mongo or "").split("/?")[0].rpartition(":")[2])
