"""One person who represents homes of two regions: each region tells them, and keeps what it knows to itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from deploy.demo.journey import evidence
from deploy.demo.journey.who import Who, representative
from tests.support.acceptance_region import Cohort, Home, Region
from tests.support.telling_story import NOTIFICATIONS, carded, later, messages_to, preferring, subjects_of

WEEK = timedelta(days=7)


async def at_home(region: Region, cohort: Cohort, person_id: str) -> Home:
    """A home of the region, placed, which this person represents."""
    home = await region.home()
    mine = replace(home, representatives=(representative(person_id, home.id, region=region.name),))
    mine = await region.applied(mine, cohort.version_id)
    await region.represented(mine)
    await region.committed(mine)
    await region.place(mine, cohort)
    await region.attended(mine, cohort)
    return mine


async def sent_back(region: Region, cohort: Cohort, home: Home, portfolio_id: str) -> None:
    item = await region.submitted(home, portfolio_id, "on-role")
    await evidence.send_back(region.api, cohort.lead, item, 1, ["unclear"])


async def unreachable(region: Region, person: Who) -> list[Mapping[str, Any]]:
    """What the region's coordinator sees of this person's failed address."""
    path = "failed-addresses"
    return await region.api.rows(region.coordinator, NOTIFICATIONS, path, person_id=person.person_id)


async def test_T03_T07_one_person_in_two_regions_is_told_in_each_and_each_keeps_its_own(region: Region):
    abroad = Region(region.platform, f"{region.name}-abroad")
    person_id = await region.person("Una Twice")
    await region.platform.settled()
    cohorts = {each.name: await each.cohort() for each in (region, abroad)}
    homes = {each.name: await at_home(each, cohorts[each.name], person_id) for each in (region, abroad)}
    portfolios = {each.name: await each.portfolio(homes[each.name]) for each in (region, abroad)}
    await region.platform.settled()
    una, una_abroad = homes[region.name].representative, homes[abroad.name].representative

    await preferring(region, una, "progress")
    for each in (region, abroad):
        item = await each.submitted(homes[each.name], portfolios[each.name], "s1-policy")
        await evidence.approve(each.api, cohorts[each.name].lead, item, 1)
    await later(region, region.platform.now() + WEEK)
    assert await messages_to(region, una, template_key="digest") == []
    assert [row["status"] for row in await messages_to(abroad, una_abroad, template_key="digest")] == ["sent"]
    (said,) = await region.api.rows(una, NOTIFICATIONS, "recipients", person_id=person_id)
    assert [each["category"] for each in said["off"]] == ["progress"]
    assert await abroad.api.rows(una_abroad, NOTIFICATIONS, "recipients", person_id=person_id) == []

    await carded(region, person_id, email=f"perm-fail@{region.name}.example.org")
    for each in (region, abroad):
        await sent_back(each, cohorts[each.name], homes[each.name], portfolios[each.name])
    await region.platform.settled()
    assert [len(await unreachable(region, una)), len(await unreachable(abroad, una_abroad))] == [1, 1]
    assert [len(each.events(NOTIFICATIONS, "RecipientUnreachable")) for each in (region, abroad)] == [1, 1]

    await carded(region, person_id, email=f"una.well@{region.name}.example.org")
    (failed,) = await unreachable(abroad, una_abroad)
    await abroad.api.ask(cohorts[abroad.name].lead, NOTIFICATIONS, f"recipients/{failed['recipient_id']}:resume")
    for each in (region, abroad):
        await sent_back(each, cohorts[each.name], homes[each.name], portfolios[each.name])
    await region.platform.settled()
    assert [len(await unreachable(region, una)), len(await unreachable(abroad, una_abroad))] == [1, 0]
    assert len(subjects_of(region, "una.well")) == 1
    await region.platform.must_be_sound(abroad.name)
