"""The nine months of the programme, played through the public HTTP APIs by a whole cast."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from deploy.demo import attending, changing, gathering, months
from deploy.demo.cast import Cast, CohortPlayer, HomePlayer, Player
from deploy.demo.journey import evidence, homes, network, people, region
from deploy.demo.journey.client import Api
from deploy.demo.journey.clock import SettableClock
from deploy.demo.journey.waiting import until
from deploy.demo.months import Month
from deploy.programmes import default_programme

VENUE = "The Old Library"
STANDING = {"granted": "accredited", "due": "due for renewal", "lapsed": "lapsed"}
EFFECT_WITHIN_SECONDS = 900.0
"""With hundreds of homes at once an effect may be some minutes behind."""


class Stage(Protocol):
    """What is behind the scenes: it shows how far the story is, and knows when everything has had its effect."""

    async def tell(self, title: str) -> None:
        """Say what happens now."""
        ...

    async def settled(self) -> None:
        """Return when everything that was asked for so far has had its effects."""
        ...

    async def told(self, template: str, expected: int) -> None:
        """Return when so many messages of this template are sent."""
        ...


class Story:
    """Plays the months one after the other; `cast` knows afterwards which home is which to the platform."""

    def __init__(self, api: Api, cast: Cast, clock: SettableClock, stage: Stage, at_once: int = 16) -> None:
        self._api = api
        self._cast = cast
        self._clock = clock
        self._stage = stage
        self._turn = asyncio.Semaphore(at_once)
        self._programme = default_programme()
        self._version: Mapping[str, Any] = {}
        self._returned = region.essential_of(self._programme)[months.RETURNED_IN][0]
        self._reminders = 0

    async def play(self) -> None:
        """Play it to the end. Raises Refused and NotInTime when the platform does not do its part."""
        self._clock.move(months.APPLYING)
        await self._open_the_region()
        await self._each_home("A home applies", self._apply)
        await self._move("Week 0: homes commit themselves and get their places", months.PLACING)
        await self._each_home("", self._commit)
        await self._each_cohort(self._place)
        await self._each_home("", self._await_portfolio)
        for month in months.MONTHS:
            if month.code == "OFF":
                await self._check_portfolios()
            await self._workshop(month)
            await self._surprise(month)
        await self._sign()
        await self._join()
        await self._lapse()

    async def _open_the_region(self) -> None:
        await self._stage.tell("Month -1: the region opens the programme")
        self._version = (await region.publish_programme(self._api, self._cast.coordinator, self._programme)).body
        await self._all(self._register_person(player) for player in self._cast.players())
        await self._each_cohort(self._open_cohort)
        await self._stage.settled()

    async def _register_person(self, player: Player) -> None:
        player.person_id = await people.register_person(self._api, self._cast.coordinator, player.card.card)

    async def _open_cohort(self, cohort: CohortPlayer) -> None:
        by, lead = self._cast.coordinator, cohort.facilitator.person_id
        programme, long_ago = self._programme["programme"], months.STARTS_ON - timedelta(days=365)
        await region.record_competence(self._api, by, lead, programme, long_ago)
        cohort.cohort_id = await region.plan_cohort(
            self._api,
            by,
            name=cohort.name,
            version_id=self._version["version_id"],
            area="Wirral",
            capacity=max(1, len(cohort.homes)),
            starts_on=months.STARTS_ON,
        )
        await region.assign_facilitator(self._api, by, cohort.cohort_id, lead)
        await region.open_cohort(self._api, by, cohort.cohort_id)
        for month in months.MONTHS:
            cohort.workshops[month.code] = await region.schedule_workshop(
                self._api,
                by,
                cohort.cohort_id,
                month.code,
                month.first_starts_at,
                month.first_starts_at + months.LASTS,
                VENUE,
            )

    async def _apply(self, home: HomePlayer) -> None:
        home.home_id = await homes.register_home(self._api, self._cast.coordinator, home.home.record)
        home.enrolment_id = await homes.apply(
            self._api,
            home.manager_who,
            home_id=home.home_id,
            pathway=self._version["pathway"],
            applicant_person_id=home.manager.person_id,
            version_id=self._version["version_id"],
        )
        home.status = "applied"

    async def _commit(self, home: HomePlayer) -> None:
        by, enrolment_id = home.manager_who, home.enrolment_id
        await homes.commit(
            self._api,
            by,
            enrolment_id,
            signatory_person_id=home.manager.person_id,
            wording_version=self._version["commitment"]["version"],
            signed_on=months.PLACING.date(),
        )
        for player in home.representatives:
            await homes.nominate(self._api, by, enrolment_id, player.person_id, "senior-carer")
            await homes.confirm(self._api, self._cast.coordinator, enrolment_id, player.person_id)
        home.status = "committed"

    async def _place(self, cohort: CohortPlayer) -> None:
        """One after the other: they all take places of the same cohort."""
        for home in cohort.homes:
            await homes.place(self._api, self._cast.coordinator, home.enrolment_id, cohort.cohort_id)
            home.status = "placed"

    async def _await_portfolio(self, home: HomePlayer) -> None:
        opened = await until(
            lambda: evidence.portfolio_of(self._api, home.manager_who, home.enrolment_id),
            f"the portfolio of {home.home.name} opens",
            EFFECT_WITHIN_SECONDS,
        )
        home.portfolio_id = (opened or {})["portfolio_id"]

    async def _workshop(self, month: Month) -> None:
        if month.first_day is not None:
            await self._stage.tell(f"Month {month.number}: {month.code} is moved from {month.first_day} to {month.day}")
            await self._each_cohort(lambda cohort: attending.move(self._api, cohort, month))
        await self._move(f"Month {month.number}: everybody is reminded of {month.code}", month.reminding)
        self._reminders += sum(cohort.told_of(month.code) for cohort in self._cast.cohorts)
        await self._stage.told("workshop-reminder", self._reminders)
        await self._move(f"Month {month.number}: workshop {month.code}", month.ends_at)
        await self._each_cohort(lambda cohort: attending.fill_register(self._api, cohort, month))
        if month.code == months.MISSED:
            await self._move(f"Month {month.number}: one catches up", month.ends_at + months.CAUGHT_UP_AFTER)
            await self._each_cohort(lambda cohort: attending.catch_up(self._api, cohort, month))
        await self._each_home("", lambda home: self._await_step(home, month), at=month.code)
        await self._evidence(month)

    async def _surprise(self, month: Month) -> None:
        """Let happen what happens three weeks after this month's workshop, and was not planned."""
        title = months.SURPRISES.get(month.code)
        if title is None:
            return
        await self._move(f"Month {month.number}: {title}", month.ends_at + months.TURNS_AFTER)
        await self._stage.told("digest", self._digests_until(month.code))
        for home in self._at(month.code):
            if month.code == months.SUCCEEDED_AFTER:
                await changing.hand_over(self._api, self._cast.coordinator, home, month)
            else:
                await changing.withdraw(self._api, home)

    def _digests_until(self, code: str) -> int:
        """How many digests there are once the evidence for this workshop is told of: later nobody reads of it."""
        keys_of = region.essential_of(self._programme)
        until_now = {each: keys for each, keys in keys_of.items() if not months.is_later(each, code)}
        return sum(gathering.digests(home, until_now) for home in self._cast.homes)

    async def _await_step(self, home: HomePlayer, month: Month) -> None:
        async def unlocked() -> bool:
            found = await evidence.portfolio(self._api, home.manager_who, home.portfolio_id)
            return month.code in found["steps"]

        await until(unlocked, f"{home.home.name} may gather evidence for {month.code}", EFFECT_WITHIN_SECONDS)

    async def _evidence(self, month: Month) -> None:
        keys = region.essential_of(self._programme)[month.code]
        await self._move(f"Month {month.number}: evidence for {month.code}", month.ends_at + months.EVIDENCE_AFTER)
        await self._all(
            gathering.item(self._api, self._cohort_of(home), home, key, returned=key == self._returned)
            for key in keys
            for home in self._at(month.code)
        )
        for home in self._at(month.code):
            home.status = f"{month.code} done"

    async def _check_portfolios(self) -> None:
        await self._move("Month 8: facilitators look through the portfolios", months.PORTFOLIO_CHECK)
        await self._each_home("", self._check_portfolio, at="OFF")

    async def _check_portfolio(self, home: HomePlayer) -> None:
        cohort = self._cohort_of(home)
        await self._api.get(cohort.facilitator.at(), "portfolio", f"portfolios/{home.portfolio_id}/progress")

    async def _sign(self) -> None:
        await self._move("Month 9: the first manager attests, the facilitator signs off", months.SIGNING_EARLY)
        await self._all(self._sign_off(home) for home in self._cast.staying if home.signs_early)
        await self._move("Month 9: managers attest, facilitators sign off", months.SIGNING)
        await self._all(self._sign_off(home) for home in self._cast.staying if not home.signs_early)
        await self._all(self._await_accreditation(home, "granted") for home in self._cast.staying)

    async def _sign_off(self, home: HomePlayer) -> None:
        wording = self._programme["attestation"]["version"]
        await evidence.attest(self._api, home.manager_who, home.portfolio_id, wording)
        await evidence.sign_off(self._api, self._cohort_of(home).facilitator.at(), home.portfolio_id)
        home.status = "signed off"

    async def _await_accreditation(self, home: HomePlayer, status: str) -> None:
        async def so() -> bool:
            rows = await self._api.rows(home.manager_who, "portfolio", "accreditations", home_id=home.home_id)
            return any(row["status"] == status for row in rows)

        await until(so, f"the accreditation of {home.home.name} is {status}", EFFECT_WITHIN_SECONDS)
        home.status = STANDING[status]

    async def _join(self) -> None:
        await self._move("Month 9: champions are invited; one joins and decides who sees what", months.JOINING)
        joining = self._cast.homes[0].representatives[0].at()
        await until(lambda: network.invitation_of(self._api, joining), "the invitation to the champions' network")
        member_id = await network.join(
            self._api, joining, background="health-care-assistant", sector="social-care", area="wirral"
        )
        wording = await network.consent_wording(self._api, joining)
        await network.give_consent(self._api, joining, member_id, ("name", "email"), "region", wording)
        await network.give_consent(self._api, joining, member_id, ("phone",), "group", wording)

    async def _lapse(self) -> None:
        await self._move("A year on: nobody renewed, the first accreditation lapses", months.LAPSED)
        expected = {True: "lapsed", False: "due"}
        await self._all(self._await_accreditation(home, expected[home.signs_early]) for home in self._cast.staying)
        await self._stage.settled()

    def _at(self, code: str) -> list[HomePlayer]:
        """The homes that take part in this workshop."""
        return [home for cohort in self._cast.cohorts for home in cohort.at(code)]

    def _cohort_of(self, home: HomePlayer) -> CohortPlayer:
        return self._cast.cohorts[home.number % len(self._cast.cohorts)]

    async def _move(self, title: str, moment: datetime) -> None:
        """Let everything have its effect, then let it be later."""
        await self._stage.settled()
        await self._stage.tell(title)
        self._clock.move(moment)

    async def _each_home(self, title: str, step: Callable[[HomePlayer], Awaitable[None]], at: str = "ON") -> None:
        if title:
            await self._stage.tell(title)
        await self._all(step(home) for home in self._at(at))

    async def _each_cohort(self, step: Callable[[CohortPlayer], Awaitable[None]]) -> None:
        await self._all(step(cohort) for cohort in self._cast.cohorts)

    async def _all(self, steps: Iterable[Awaitable[None]]) -> None:
        """Do all, so many at once; the first failure ends the rest."""

        async def one(step: Awaitable[None]) -> None:
            async with self._turn:
                await step

        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(one(step))
