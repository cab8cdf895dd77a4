"""The commands that are measured over HTTP: coordinators plan cohorts and schedule their eight workshops."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.local.platform import RunningPlatform, start_platform
from deploy.programmes import default_programme
from shared.events.roles import COORDINATOR
from tests.bench.client import Line, Reply
from tests.bench.ground import REGION, Ground

CODES = tuple(workshop["code"] for workshop in default_programme()["workshops"])
FIRST_DAY = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


@dataclass
class Region:
    """A running platform with a published programme; `lines` are open connections to enrolment."""

    running: RunningPlatform
    prefix: str
    version_id: str
    token: str
    lines: Sequence[Line]

    def line(self, service: str = "enrolment") -> Line:
        """One more connection."""
        return Line(self.running.address(service), self.token, REGION)

    async def plan(self, line: Line, name: str) -> Reply:
        """Plan a cohort."""
        body = {"name": name, "version_id": self.version_id, "area": "North", "capacity": 12, "starts_on": "2027-01-04"}
        return done(await line.post("/v1/cohorts", body))

    async def schedule(self, line: Line, cohort_id: str, at: int, correlation: str | None = None) -> Reply:
        """Schedule a workshop of a cohort."""
        return done(await line.post("/v1/workshops", workshop(cohort_id, at), correlation))


def workshop(cohort_id: str, at: int) -> dict[str, Any]:
    """The body that schedules one of the eight workshops."""
    starts = FIRST_DAY + timedelta(weeks=4 * at)
    ends = starts + timedelta(hours=3)
    return {"cohort_id": cohort_id, "code": CODES[at], "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}


def done(reply: Reply) -> Reply:
    """The reply, when it is a yes."""
    if reply.status >= 300:
        raise AssertionError(f"{reply.status}: {reply.body}")
    return reply


@asynccontextmanager
async def region(ground: Ground, services: Sequence[str], lines: int, **more: str) -> AsyncIterator[Region]:
    """These services, running, with a programme to plan for; `more` are further settings."""
    prefix = f"{ground.name('http')}-"
    plan = ground.plan(prefix, SIXSTEPS_LOG_LEVEL="INFO", **more)
    running = await asyncio.to_thread(start_platform, plan, services)
    try:
        token = running.issuer.token("coordinator-1", roles=[COORDINATOR], regions=[REGION])
        first = Line(running.address("enrolment"), token, REGION)
        version = done(await first.post("/v1/programme-versions", default_programme()))
        open_lines = [first, *(Line(running.address("enrolment"), token, REGION) for _ in range(lines - 1))]
        yield Region(running, prefix, version.body["id"], token, open_lines)
        for line in open_lines:
            await line.close()
    finally:
        await asyncio.to_thread(running.stop)
