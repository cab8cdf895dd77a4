"""A desk for evidence: a home that has been to every workshop, and two who review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.demo.journey import evidence, who
from deploy.demo.journey.who import Who
from tests.support.acceptance_region import SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.platform import Platform

PORTFOLIO = evidence.PORTFOLIO
PROGRAMME: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "programme": "six-steps-tagged",
    "frameworks": [{"key": "questions", "version": "1", "title": "Key questions", "codes": ["safe", "well-led"]}],
    "requirements": [
        {"key": "on-role", "step": "ON", "title": "Who represents the home", "tags": ["well-led"]},
        {"key": "s1-policy", "step": "S1", "title": "The home's policy", "tags": ["well-led"]},
        {"key": "s1-calls", "step": "S1", "title": "Whom to call at night"},
    ],
}


@dataclass(frozen=True)
class Desk:
    """One home that has been to every workshop, its reviewer and a second one."""

    region: Region
    cohort: Cohort
    home: Home
    portfolio_id: str
    second: Who

    async def drafted(self, key: str = "on-role", **more: Any) -> str:
        """An item of evidence; its id."""
        body = {"portfolio_id": self.portfolio_id, "home_id": self.home.id, "requirement_key": key}
        asked = await self.region.api.ask(
            self.home.representative, PORTFOLIO, "evidence", {**body, "narrative": "What we do.", **more}
        )
        return asked.id

    async def submitted(self, key: str = "on-role", **more: Any) -> str:
        """An item that was handed in; its id."""
        item = await self.drafted(key, **more)
        await evidence.submit(self.region.api, self.home.representative, item)
        return item

    async def look(self, path: str, by: Who | None = None) -> Any:
        """The answer to a question."""
        return (await self.region.api.get(by or self.home.representative, PORTFOLIO, path)).body


async def evidence_desk(platform: Platform) -> Desk:
    """Furnish one, in a region of its own."""
    here = Region(platform, "evidence-desk")
    cohort = await here.cohort(PROGRAMME)
    home = await here.placed_home(cohort)
    portfolio_id = await here.portfolio(home)
    await here.attended(home, cohort)
    second = who.facilitator(await here.person("Second Reviewer"), here.name)
    await platform.settled()
    return Desk(here, cohort, home, portfolio_id, second)
