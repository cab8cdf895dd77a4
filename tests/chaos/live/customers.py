"""Many homes on their way in, at once and without end, through the public APIs: what goes on while things go wrong."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import httpx2

from deploy.demo.journey import evidence, homes, people, who, workshops
from tests.chaos.live.fleet import Fleet
from tests.support.acceptance_region import COMMITMENT, PATHWAY, SHORT_PROGRAMME, Cohort, Region
from tests.support.eventually import eventually

AT_ONCE = 6
PLACES = 90
OPENS_WITHIN_SECONDS = 120
REGION = "chaos-north"


@dataclass
class Customers:
    """`rest` lets everybody finish what they ask and then wait, so that the books can be balanced."""

    fleet: Fleet
    homes: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _gate: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: int = 0
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _cohorts: dict[int, Cohort] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        """Open a cohort, and let the first homes come."""
        self.region = Region(self.fleet.platform, REGION)
        await self._cohort(1)
        self._gate.set()
        self._tasks = [asyncio.create_task(self._for_ever()) for _ in range(AT_ONCE)]

    async def rest(self) -> None:
        """Return when nobody asks anything any more."""
        self._gate.clear()
        await eventually(self._nobody_busy, "every question is answered", 170)

    def go_on(self) -> None:
        """Let them ask again."""
        self._gate.set()

    async def probe(self) -> None:
        """One more home on record, whoever else rests."""
        await self._register(next(self._numbers))

    async def end(self) -> None:
        """Send everybody home."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _nobody_busy(self) -> bool:
        for task in self._tasks:
            if task.done():
                task.result()
        return self._busy == 0

    async def _for_ever(self) -> None:
        while True:
            await self._gate.wait()
            self._busy += 1
            try:
                with suppress(httpx2.TransportError):  # the ledger knows what is not answered, and asks again
                    await self._one_home(next(self._numbers))
                    self.homes += 1
            finally:
                self._busy -= 1

    async def _one_home(self, number: int) -> None:
        api, coordinator = self.region.api, self.region.coordinator
        manager_id = await self._person(f"Manager {number}")
        person_id = await self._person(f"Representative {number}")
        home_id = await self._register(number)
        manager = who.manager(manager_id, home_id, region=REGION)
        cohort, today = await self._cohort(number), self.region.today
        since = today - timedelta(days=60)
        enrolment_id = await homes.apply(
            api, manager, home_id=home_id, pathway=PATHWAY, applicant_person_id=manager_id, version_id=cohort.version_id
        )
        await homes.nominate(api, manager, enrolment_id, person_id, "senior-carer")
        await homes.confirm(api, coordinator, enrolment_id, person_id, since)
        await homes.commit(
            api,
            manager,
            enrolment_id,
            signatory_person_id=manager_id,
            wording_version=COMMITMENT,
            signed_on=today,
        )
        await homes.place(api, coordinator, enrolment_id, cohort.id)
        await eventually(
            lambda: evidence.portfolio_of(api, coordinator, enrolment_id), "the portfolio opens", OPENS_WITHIN_SECONDS
        )
        for held in cohort.workshops.values():
            await workshops.record_attendance(api, cohort.lead, held, enrolment_id, person_id)

    async def _cohort(self, number: int) -> Cohort:
        """The cohort in which there is a place for this home; so many after the other share one."""
        which = number // PLACES
        async with self._opening:
            if which not in self._cohorts:
                self._cohorts[which] = await self.region.cohort(SHORT_PROGRAMME, PLACES)
            return self._cohorts[which]

    async def _register(self, number: int) -> str:
        home = {
            "name": f"Home {number}",
            "setting": "care-home-nursing",
            "regulator": "cqc",
            "registration_number": self.region.registration_number(),
        }
        return await homes.register_home(self.region.api, self.region.coordinator, home)

    async def _person(self, name: str) -> str:
        card = {"name": name, "email": f"{name.lower().replace(' ', '.')}@{REGION}.example.org"}
        return await people.register_person(self.region.api, self.region.coordinator, card)
