"""A region that a test has to itself: its people, its short programme, a cohort, homes; asked through the journey."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

from deploy.demo.journey import evidence, homes, people, region, who, workshops
from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who
from shared.events.days import local_day
from tests.support.eventually import eventually
from tests.support.onlooker import Seen, seen
from tests.support.platform import Platform

COMMITMENT = "commitment-1"
PROMISE = "promise-1"
PATHWAY = "care-homes"
SHORT_PROGRAMME: Mapping[str, Any] = {
    "programme": "six-steps-short",
    "number": 1,
    "title": "Six Steps in two",
    "pathway": PATHWAY,
    "settings": ["care-home-nursing", "care-home-residential"],
    "workshops": [
        {"code": "ON", "kind": "induction", "title": "Stepping on"},
        {"code": "S1", "kind": "step", "title": "Step 1"},
    ],
    "requirements": [
        {"key": "on-role", "step": "ON", "title": "Who represents the home"},
        {"key": "s1-policy", "step": "S1", "title": "The home's policy"},
    ],
    "commitment": {"version": COMMITMENT, "text": "We give time, and we will go on."},
    "attestation": {"version": PROMISE, "text": "I promise that it lasts."},
}
"""Two workshops and one requirement for each: everything the long one has, sooner."""


@dataclass(frozen=True)
class Cohort:
    """An open cohort: its workshops by their codes have begun already, `since` is long before all of them."""

    id: str
    version_id: str
    lead: Who
    workshops: Mapping[str, str]
    since: date


@dataclass(frozen=True)
class Home:
    """A home on record with its people, and its enrolment once it applied."""

    id: str
    name: str
    manager: Who
    representatives: tuple[Who, ...]
    enrolment_id: str = ""
    version_id: str = ""

    @property
    def representative(self) -> Who:
        """The first representative."""
        return self.representatives[0]


@dataclass
class Region:
    """Everything that a test asks and looks at in its own region."""

    platform: Platform
    name: str
    _numbers: Iterable[int] = field(default_factory=lambda: count(1))

    @property
    def api(self) -> Api:
        """The services' HTTP APIs."""
        return self.platform.api

    @property
    def coordinator(self) -> Who:
        """Who runs the programme here."""
        return who.coordinator(f"coordinator-{self.name}", self.name)

    @property
    def today(self) -> date:
        """The day that the services believe it is."""
        return local_day(self.platform.now())

    def number(self) -> int:
        """A number that this test has not used yet."""
        return next(iter(self._numbers))

    def registration_number(self) -> str:
        """A registration number that no other test uses: they are unique over all regions."""
        digest = hashlib.sha256(f"{self.name} {self.number()}".encode()).hexdigest()
        return f"1-{int(digest, 16) % 10**12:012}"

    async def person(self, name: str) -> str:
        """Put somebody on record with an address in this region; the person's id."""
        card = {"name": name, "email": f"{name.lower().replace(' ', '.')}@{self.name}.example.org"}
        return await people.register_person(self.api, self.coordinator, card)

    async def programme(self, programme: Mapping[str, Any] = SHORT_PROGRAMME) -> str:
        """Publish a programme version; its id."""
        return (await region.publish_programme(self.api, self.coordinator, programme)).id

    async def cohort(self, programme: Mapping[str, Any] = SHORT_PROGRAMME, capacity: int = 10) -> Cohort:
        """Publish, and open a cohort whose workshops were on the days up to yesterday."""
        version_id = await self.programme(programme)
        lead = who.facilitator(await self.person(f"Lead {self.number()}"), self.name)
        name, first = programme["programme"], self.today - timedelta(days=60)
        await region.record_competence(self.api, self.coordinator, lead.person_id, name, first)
        cohort_id = await region.plan_cohort(
            self.api,
            self.coordinator,
            name=f"Cohort {self.number()}",
            version_id=version_id,
            area="Wirral",
            capacity=capacity,
            starts_on=self.today - timedelta(days=30),
        )
        await region.assign_facilitator(self.api, self.coordinator, cohort_id, lead.person_id)
        await region.open_cohort(self.api, self.coordinator, cohort_id)
        held = {workshop["code"]: await self._held(cohort_id, workshop["code"]) for workshop in programme["workshops"]}
        return Cohort(cohort_id, version_id, lead, held, first)

    async def _held(self, cohort_id: str, code: str) -> str:
        starts_at = self.platform.now() - timedelta(days=1)
        ends_at = starts_at + timedelta(hours=3)
        return await region.schedule_workshop(self.api, self.coordinator, cohort_id, code, starts_at, ends_at)

    async def home(self, representatives: int = 1, **more: Any) -> Home:
        """Put a home on record, with a manager and so many representatives."""
        number = self.number()
        name = f"Home {number}"
        told = {"name": name, "setting": "care-home-nursing", "regulator": "cqc", **more}
        told.setdefault("registration_number", self.registration_number())
        home_id = await homes.register_home(self.api, self.coordinator, told)
        manager = who.manager(await self.person(f"Manager {number}"), home_id, region=self.name)
        ids = [await self.person(f"Representative {number} {each}") for each in range(representatives)]
        persons = tuple(who.representative(each, home_id, region=self.name) for each in ids)
        await self.platform.settled()  # their contact cards are known wherever mail is written
        return Home(home_id, name, manager, persons)

    async def applied(self, home: Home, version_id: str, pathway: str = PATHWAY) -> Home:
        """Let a home apply."""
        enrolment_id = await homes.apply(
            self.api,
            home.manager,
            home_id=home.id,
            pathway=pathway,
            applicant_person_id=home.manager.person_id,
            version_id=version_id,
        )
        return Home(home.id, home.name, home.manager, home.representatives, enrolment_id, version_id)

    async def represented(self, home: Home, since: date | None = None) -> None:
        """Nominate and confirm the representatives of a home, since that day (two months ago)."""
        since = since or self.today - timedelta(days=60)
        for person in home.representatives:
            await homes.nominate(self.api, home.manager, home.enrolment_id, person.person_id, "senior-carer")
            await homes.confirm(self.api, self.coordinator, home.enrolment_id, person.person_id, since)

    async def committed(self, home: Home, wording_version: str = COMMITMENT) -> Answer:
        """Record the manager's commitment, signed today."""
        return await homes.commit(
            self.api,
            home.manager,
            home.enrolment_id,
            signatory_person_id=home.manager.person_id,
            wording_version=wording_version,
            signed_on=self.today,
        )

    async def ready_home(self, cohort: Cohort, representatives: int = 1, **more: Any) -> Home:
        """A home that has applied, committed itself and has representatives: all but its place.

        They represent it since before the cohort's workshops, however far other tests have moved the clock meanwhile.
        """
        home = await self.applied(await self.home(representatives, **more), cohort.version_id)
        await self.represented(home, cohort.since)
        await self.committed(home)
        return home

    async def place(self, home: Home, cohort: Cohort) -> Answer:
        """Give the home its place."""
        return await homes.place(self.api, self.coordinator, home.enrolment_id, cohort.id)

    async def placed_home(self, cohort: Cohort, representatives: int = 1) -> Home:
        """A home with its place in the cohort."""
        home = await self.ready_home(cohort, representatives)
        await self.place(home, cohort)
        return home

    async def attended(self, home: Home, cohort: Cohort, codes: Iterable[str] | None = None) -> None:
        """Let the home's first representative have been at these workshops (all of them)."""
        for code in codes or cohort.workshops:
            held, person = cohort.workshops[code], home.representative.person_id
            await workshops.record_attendance(self.api, cohort.lead, held, home.enrolment_id, person)

    async def portfolio(self, home: Home) -> str:
        """The id of the home's portfolio, once it is open."""

        async def opened() -> Mapping[str, Any] | None:
            return await evidence.portfolio_of(self.api, self.coordinator, home.enrolment_id)

        found: Mapping[str, Any] = await eventually(opened, "the portfolio opens")
        return str(found["portfolio_id"])

    async def submitted(self, home: Home, portfolio_id: str, requirement_key: str) -> str:
        """Evidence that the representative handed in; its id."""
        item = await evidence.draft(
            self.api,
            home.representative,
            portfolio_id=portfolio_id,
            home_id=home.id,
            requirement_key=requirement_key,
            narrative="What we do and how we know.",
        )
        await evidence.submit(self.api, home.representative, item)
        return item

    async def filled(self, home: Home, cohort: Cohort, keys: Iterable[str] = ("on-role", "s1-policy")) -> str:
        """Attend, hand in and approve everything, until the portfolio is ready; the portfolio's id."""
        portfolio_id = await self.portfolio(home)
        await self.attended(home, cohort)
        await self.platform.settled()
        for key in keys:
            await evidence.approve(self.api, cohort.lead, await self.submitted(home, portfolio_id, key), 1)
        await self.platform.settled()
        return portfolio_id

    def events(self, service: str, *names: str) -> list[Seen]:
        """What a service has told of this region, of these names (all). Settle first to miss nothing.

        A record that only repeats an earlier one of its stream is left out, as every reader leaves it out.
        """
        found = [seen(message) for message in self.platform.onlooker.on(f"{service}-events", self.name)]
        first = {(event.stream, event.sequence): event for event in reversed(found)}
        return [event for event in reversed(first.values()) if not names or event.name in names]

    async def event(self, service: str, name: str, seconds: float = 20) -> Seen:
        """Wait for the first event of this name."""
        found: list[Seen] = await eventually(lambda: self.events(service, name), f"{name} on the topic", seconds)
        return found[0]

    def mails(self) -> list[tuple[str, str]]:
        """Who of this region got mail, and with which subject, in order."""
        found = [mail for mail in self.platform.mails() if f"@{self.name}.example.org" in str(mail["To"])]
        return [(str(mail["To"]).split("@", maxsplit=1)[0], str(mail["Subject"])) for mail in found]

    def letters(self) -> list[EmailMessage]:
        """The mail of this region, whole."""
        return [mail for mail in self.platform.mails() if f"@{self.name}.example.org" in str(mail["To"])]

    def moment(self, **after: float) -> datetime:
        """A moment so much after now."""
        return self.platform.now() + timedelta(**after)
