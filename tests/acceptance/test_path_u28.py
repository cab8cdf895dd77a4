"""U28: a consumer is down, events come twice, late and spoiled; nothing is lost, and nobody gets a message twice."""

from collections import Counter
from dataclasses import replace

from deploy.demo.journey import evidence, workshops
from deploy.ops.parked import discarded, listed, replayed
from deploy.ops.rebuild import verified
from deploy.services import manifest
from shared.chassis.ports import Message
from shared.chassis.wire import header, sequence_of
from tests.support.acceptance_region import Cohort, Home, Region
from tests.support.platform import Platform
from tests.support.records import putting


async def begun(region: Region, cohort: Cohort, home: Home) -> None:
    """The home gets its place, and attends every workshop."""
    await region.place(home, cohort)
    person = home.representative.person_id
    for held in cohort.workshops.values():
        await workshops.record_attendance(region.api, cohort.lead, held, home.enrolment_id, person)
    await region.event("enrolment", "HomeEnrolled")


async def told_again(region: Region, *services: str, backwards_too: bool = False) -> None:
    """What these services published of the region comes once more, and before that perhaps the last first."""
    onlooker, kafka = region.platform.onlooker, region.platform.running.plan.kafka
    async with putting(kafka) as stranger:
        for name in services:
            told = onlooker.on(f"{name}-events", region.name)
            if backwards_too:
                await stranger.again(reversed(told))
            await stranger.again(told)


async def test_U28_consumers_that_were_down_catch_up_with_what_came_twice_and_late_and_tell_everybody_once(
    region: Region,
):
    platform = region.platform
    cohort = await region.cohort()
    home = await region.ready_home(cohort)
    await platform.settled()
    before = Counter(region.mails())
    async with platform.without("portfolio", killed=True), platform.without("notifications"):
        await begun(region, cohort, home)
        await told_again(region, "enrolment", backwards_too=True)
    await platform.settled()

    (portfolio,) = await region.api.rows(region.coordinator, "portfolio", "portfolios", enrolment_id=home.enrolment_id)
    assert len(region.events("portfolio", "PortfolioOpened")) == 1
    unlocked = [event.data["step"] for event in region.events("portfolio", "StepUnlocked")]
    assert sorted(unlocked) == sorted(cohort.workshops)
    new = Counter(region.mails()) - before
    assert new
    assert set(new.values()) == {1}, new

    await told_again(region, "enrolment", "portfolio", "notifications")
    await platform.settled()
    assert Counter(region.mails()) - before == new
    settings = platform.environments["portfolio"]
    compared = await verified(manifest("portfolio"), settings, "portfolios")
    assert compared.equal > 0
    assert not compared.different
    assert (await evidence.portfolio_of(region.api, region.coordinator, home.enrolment_id)) == portfolio


async def test_U28_a_spoiled_event_waits_for_the_operator_and_holds_up_its_own_home_only(
    region: Region, rough: Platform
):
    spoiled, healthy = [await placed(Region(region.platform, f"{region.name}-{each}")) for each in "ab"]
    enrolled = next(each for each in spoiled if ".HomeEnrolled.v" in (header(each, "type") or ""))
    stream = f"enrolment/{header(enrolled, 'subject')}"
    prefix = region.platform.running.plan.prefix, rough.running.plan.prefix
    poison = replace(enrolled, value=b"\xff{")
    async with putting(rough.running.plan.kafka) as stranger:
        await stranger.again([poison if each is enrolled else each for each in spoiled], prefix=prefix)
        await stranger.again(healthy, prefix=prefix)
    await rough.settled()

    assert await open_portfolios(rough, f"{region.name}-b") == 1
    assert await open_portfolios(rough, f"{region.name}-a") == 0
    settings = rough.running.services["portfolio"].environment
    held = (await listed({"portfolio": settings}, reader="policies", stream=stream)).messages
    assert held[0].sequence == sequence_of(enrolled)
    await discarded(manifest("portfolio"), settings, held[0].id, "spoiled on the way", "olga")
    (done,) = await replayed(manifest("portfolio"), settings, "policies", stream)
    assert done.stopped_at is None
    assert not (await listed({"portfolio": settings}, reader="policies", stream=stream)).messages


async def placed(region: Region) -> list[Message]:
    """What enrolment told of a home that was placed, in order."""
    await region.placed_home(await region.cohort())
    await region.platform.settled()
    return region.platform.onlooker.on("enrolment-events", region.name)


async def open_portfolios(rough: Platform, region: str) -> int:
    coordinator = Region(rough, region).coordinator
    rows = await rough.api.rows(coordinator, "portfolio", "portfolios")
    return sum(row["status"] == "open" for row in rows)
