"""One person at work in two regions: each region tells them, and keeps what it knows to itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from deploy.demo.journey import evidence
from deploy.demo.journey import region as steps
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import Who, representative
from tests.support.acceptance_region import SHORT_PROGRAMME, Cohort, Home, Region
from tests.support.telling_story import NOTIFICATIONS, carded, later, messages_to, preferring, subjects_of

ENROLMENT = steps.ENROLMENT
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Seat:
    """A person's home in one of the regions."""

    region: Region
    cohort: Cohort
    home: Home
    portfolio_id: str

    @property
    def una(self) -> Who:
        """The person, as this region knows them."""
        return self.home.representative

    async def approved(self) -> None:
        """Something of theirs is approved."""
        item = await self.region.submitted(self.home, self.portfolio_id, "s1-policy")
        await evidence.approve(self.region.api, self.cohort.lead, item, 1)

    async def sent_back(self) -> None:
        """Something of theirs comes back."""
        item = await self.region.submitted(self.home, self.portfolio_id, "on-role")
        await evidence.send_back(self.region.api, self.cohort.lead, item, 1, ["unclear"])

    async def unreachable(self) -> list[Mapping[str, Any]]:
        """What the region's coordinator sees of their failed address."""
        person, by = self.una.person_id, self.region.coordinator
        return await self.region.api.rows(by, NOTIFICATIONS, "failed-addresses", person_id=person)


async def seated(region: Region, person_id: str) -> Seat:
    """A home of the region, placed, which this person represents."""
    cohort, home = await region.cohort(), await region.home()
    mine = replace(home, representatives=(representative(person_id, home.id, region=region.name),))
    mine = await region.applied(mine, cohort.version_id)
    await region.represented(mine)
    await region.committed(mine)
    await region.place(mine, cohort)
    await region.attended(mine, cohort)
    return Seat(region, cohort, mine, await region.portfolio(mine))


async def failures_when_written_to(*seats: Seat) -> list[int]:
    """How many failed addresses each region sees, when something came back in all of them."""
    for seat in seats:
        await seat.sent_back()
    await seats[0].region.platform.settled()
    return [len(await seat.unreachable()) for seat in seats]


async def test_C06_one_person_leads_cohorts_of_two_regions_and_each_region_says_for_itself_who_is_competent(
    region: Region,
):
    abroad = Region(region.platform, f"{region.name}-abroad")
    cohort = await region.cohort()
    elsewhere = await abroad.cohort()
    lead, name = cohort.lead.person_id, str(SHORT_PROGRAMME["programme"])
    planned = await steps.plan_cohort(
        abroad.api,
        abroad.coordinator,
        name="Led from outside",
        version_id=elsewhere.version_id,
        area="Wirral",
        capacity=1,
        starts_on=abroad.today,
    )

    with pytest.raises(Refused) as unknown:
        await steps.assign_facilitator(abroad.api, abroad.coordinator, planned, lead)
    await steps.record_competence(abroad.api, abroad.coordinator, lead, name, abroad.today)
    await steps.assign_facilitator(abroad.api, abroad.coordinator, planned, lead)
    await steps.open_cohort(abroad.api, abroad.coordinator, planned)

    assert unknown.value.code == "not_competent"
    await region.platform.settled()
    (row,) = await abroad.api.rows(abroad.coordinator, ENROLMENT, "facilitators", person_id=lead)
    assert [each["competent_from"] for each in row["competences"]] == [abroad.today.isoformat()]
    (row,) = await region.api.rows(region.coordinator, ENROLMENT, "facilitators", person_id=lead)
    assert [each["competent_from"] for each in row["competences"]] == [cohort.since.isoformat()]


async def test_T03_T07_one_person_in_two_regions_is_told_in_each_and_each_keeps_its_own(region: Region):
    person_id = await region.person("Una Twice")
    await region.platform.settled()
    near = await seated(region, person_id)
    far = await seated(Region(region.platform, f"{region.name}-abroad"), person_id)
    await region.platform.settled()

    await preferring(region, near.una, "progress")
    for seat in (near, far):
        await seat.approved()
    await later(region, region.platform.now() + WEEK)
    assert await messages_to(region, near.una, template_key="digest") == []
    assert [row["status"] for row in await messages_to(far.region, far.una, template_key="digest")] == ["sent"]
    (said,) = await region.api.rows(near.una, NOTIFICATIONS, "recipients", person_id=person_id)
    assert [each["category"] for each in said["off"]] == ["progress"]
    assert await region.api.rows(far.una, NOTIFICATIONS, "recipients", person_id=person_id) == []

    await carded(region, person_id, email=f"perm-fail@{region.name}.example.org")
    assert await failures_when_written_to(near, far) == [1, 1]
    assert [len(seat.region.events(NOTIFICATIONS, "RecipientUnreachable")) for seat in (near, far)] == [1, 1]

    await carded(region, person_id, email=f"una.well@{region.name}.example.org")
    (failed,) = await far.unreachable()
    await region.api.ask(far.cohort.lead, NOTIFICATIONS, f"recipients/{failed['recipient_id']}:resume")
    assert await failures_when_written_to(near, far) == [1, 0]
    assert len(subjects_of(region, "una.well")) == 1
    await region.platform.must_be_sound(far.region.name)
