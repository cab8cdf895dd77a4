"""The straight road: one home from its application to accreditation, award and membership, and all the mail it gets."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2
import pytest

from deploy.demo.journey import evidence, homes, network, who, workshops
from deploy.demo.journey import region as steps
from deploy.programmes import default_programme
from tests.support.acceptance_region import Home, Region

PROGRAMME = default_programme()
CODES: Sequence[str] = [workshop["code"] for workshop in PROGRAMME["workshops"]]
ESSENTIAL = [key for keys in steps.essential_of(PROGRAMME).values() for key in keys]
EVERY = timedelta(weeks=4)


@dataclass(frozen=True)
class Planned:
    """A cohort whose workshops are still to come: when each begins, and its id."""

    id: str
    version_id: str
    lead: who.Who
    workshops: Mapping[str, tuple[datetime, str]]


async def plan(region: Region) -> Planned:
    """Publish the programme as it comes with the platform, open a cohort, give every workshop its date."""
    version_id, lead = await region.programme(PROGRAMME), who.facilitator(await region.person("Lead"), region.name)
    by, today = region.coordinator, region.today
    await steps.record_competence(region.api, by, lead.person_id, PROGRAMME["programme"], today)
    cohort_id = await steps.plan_cohort(
        region.api, by, name="Spring", version_id=version_id, area="Wirral", capacity=5, starts_on=today
    )
    await steps.assign_facilitator(region.api, by, cohort_id, lead.person_id)
    await steps.open_cohort(region.api, by, cohort_id)
    held = {}
    for number, code in enumerate(CODES, 1):
        starts_at = region.platform.now().replace(hour=10, minute=0) + number * EVERY
        ends_at = starts_at + timedelta(hours=3)
        held[code] = starts_at, await steps.schedule_workshop(region.api, by, cohort_id, code, starts_at, ends_at)
    return Planned(cohort_id, version_id, lead, held)


async def come_in(region: Region, cohort: Planned) -> Home:
    """A home with two representatives applies, commits itself and gets its place."""
    home = await region.applied(await region.home(2, name=f"Bryn House {region.name}"), cohort.version_id)
    await region.represented(home)
    await region.committed(home, PROGRAMME["commitment"]["version"])
    await homes.place(region.api, region.coordinator, home.enrolment_id, cohort.id)
    return home


async def learn(region: Region, cohort: Planned, home: Home) -> None:
    """Nine months of workshops: the first representative comes to all of them, the second one to the first only."""
    first, second = home.representatives
    for code, (starts_at, workshop_id) in cohort.workshops.items():
        await region.platform.settled()
        region.platform.clock.move(starts_at - timedelta(days=2) + timedelta(minutes=1))
        await region.platform.settled()
        region.platform.clock.move(starts_at + timedelta(hours=3))
        there = [first, second] if code == CODES[0] else [first]
        for person in there:
            await workshops.record_attendance(region.api, cohort.lead, workshop_id, home.enrolment_id, person.person_id)
        absent = [second.person_id] if second not in there else []
        await workshops.close_register(region.api, cohort.lead, workshop_id, absent)


async def gather(region: Region, cohort: Planned, home: Home) -> str:
    """Evidence for everything that is essential; one item comes back first. The portfolio's id."""
    portfolio_id = await region.portfolio(home)
    await region.platform.settled()
    items = await asyncio.gather(*(region.submitted(home, portfolio_id, key) for key in ESSENTIAL))
    await evidence.send_back(region.api, cohort.lead, items[0], 1, ["missing-date"])
    await evidence.attach(region.api, home.representative, items[0], "minutes.txt", b"Minutes of the fifth of May.")
    again = await evidence.submit(region.api, home.representative, items[0])
    await evidence.approve(region.api, cohort.lead, items[0], again)
    await asyncio.gather(*(evidence.approve(region.api, cohort.lead, item, 1) for item in items[1:]))
    await region.platform.settled()
    return portfolio_id


async def join(region: Region, home: Home) -> str:
    """The champion joins the network, shows name and address to the region, and takes the name back."""
    champion = home.representative
    assert await network.invitation_of(region.api, champion)
    member_id = await network.join(region.api, champion, background="carer", sector="social-care", area="wirral")
    wording = await network.consent_wording(region.api, champion)
    await network.give_consent(region.api, champion, member_id, ("name", "email"), "region", wording)
    await network.withdraw_consent(region.api, champion, member_id, "name")
    await region.platform.settled()
    return member_id


def everybodys_mail(lead: str, home: Home) -> Iterator[tuple[tuple[str, str], int]]:
    """Who is told what, and how often."""
    champion, second = (person.person_id for person in home.representatives)
    signatory, workshops_held = home.manager.person_id, len(CODES)
    for person in (signatory, champion, second):
        yield (person, "welcome"), 1
        yield (person, "accreditation-granted"), 1
    for person in (champion, second, lead):
        yield (person, "workshop-invitation"), workshops_held
        yield (person, "workshop-reminder"), workshops_held
    for person in (signatory, lead):
        yield (person, "portfolio-ready"), 1
    yield (signatory, "application-received"), 1
    yield (lead, "portfolio-stalled"), 1  # months of workshops before the first evidence
    yield (second, "catch-up-offered"), workshops_held - 1
    yield (champion, "evidence-returned"), 1
    for once in ("champion-award", "network-invitation", "network-joined", "consent-given", "consent-withdrawn"):
        yield (champion, once), 1


@pytest.mark.timeout(240)
async def test_straight_road_from_application_to_accreditation_award_and_membership(region: Region):
    cohort = await plan(region)
    home = await come_in(region, cohort)
    await learn(region, cohort, home)
    portfolio_id = await gather(region, cohort, home)

    await evidence.attest(region.api, home.manager, portfolio_id, PROGRAMME["attestation"]["version"])
    await evidence.sign_off(region.api, cohort.lead, portfolio_id)
    await region.platform.settled()
    member_id = await join(region, home)

    await accredited(region, home)
    await completed_with_one_award(region, home)
    await directory_shows_what_is_shared(region, home, member_id)
    await everybody_was_told_once(region, cohort, home)


async def accredited(region: Region, home: Home) -> None:
    rows = await region.api.rows(home.manager, evidence.PORTFOLIO, "accreditations")
    assert [(row["home_id"], row["status"]) for row in rows] == [(home.id, "granted")]
    assert rows[0]["valid_from"] == region.today.isoformat()
    assert await public_register(region) == [f"Bryn House {region.name}"]


async def public_register(region: Region) -> list[str]:
    """What anybody at all sees, without a token: the names."""
    address = f"{region.api.addresses[evidence.PORTFOLIO]}/v1/accredited-homes"
    async with httpx2.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.get(address, headers={"Sixsteps-Region": region.name})
    return [row["name"] for row in answer.json()["items"]]


async def completed_with_one_award(region: Region, home: Home) -> None:
    row = (await region.api.rows(home.manager, homes.ENROLMENT, "enrolments"))[0]
    assert (row["status"], row["coverage_done"], row["coverage_total"]) == ("completed", len(CODES), len(CODES))
    assert row["awarded_person_ids"] == [home.representative.person_id]
    members = await region.api.rows(region.coordinator, network.NETWORK, "members")
    assert [(row["person_id"], row["status"]) for row in members] == [(home.representative.person_id, "joined")]


async def directory_shows_what_is_shared(region: Region, home: Home, member_id: str) -> None:
    reader = who.member(home.representatives[1].person_id, region.name)
    shown = (await network.directory(region.api, reader))[member_id]
    card = f"representative.{home.name.removeprefix('Home ')}.0@{region.name}.example.org"
    assert card in str(shown)
    assert "Representative" not in str(shown)


async def everybody_was_told_once(region: Region, cohort: Planned, home: Home) -> None:
    rows = await region.api.rows(region.coordinator, "notifications", "messages")
    assert {row["status"] for row in rows} == {"sent"}
    told = Counter((row["recipient_person_id"], row["notice"]) for row in rows)
    assert told == Counter(dict(everybodys_mail(cohort.lead.person_id, home)))
    letters = Counter(str(letter["X-Sixsteps-Message"]) for letter in region.letters())
    assert letters == Counter(row["message_id"] for row in rows)
