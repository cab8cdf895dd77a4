"""Feature rows of looking after it: each is one operators' command on the live platform, which stays sound."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from deploy.demo.journey.region import plan_cohort
from deploy.ops.audit import audited
from deploy.ops.closing import closed, closings, reopened
from deploy.ops.drill import drilled
from deploy.ops.rebuild import rebuildable, verified, verified_of_key
from deploy.ops.regions import added
from deploy.ops.tracing import traced
from deploy.services import NAMES, manifest
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Change
from shared.chassis.wire import header
from shared.events import roles
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.eventually import eventually
from tests.support.groups import members_of
from tests.support.platform import Platform
from tests.support.records import putting
from tests.support.settled_region import Settled

FAMILIES = ("commits_unrelayed", "relay_age_seconds", "reader_lag", "parked_messages", "deadlines_late")


def token(platform: Platform, region: str) -> str:
    """A coordinator's of the region."""
    return platform.running.issuer.token("coordinator-x", roles=[roles.COORDINATOR], regions=[region], homes=[])


async def test_V15_one_request_is_followed_through_the_services_in_order(here: Settled):
    platform = here.region.platform
    placed = next(
        each for each in here.region.events("enrolment", "HomeEnrolled") if each.data["home_id"] == here.home.id
    )
    steps = await traced(platform.environments, header(placed.message, "correlationid") or "")
    told = [event for step in steps for event in step.event_ids]
    assert {"enrolment", "portfolio", "notifications"} <= {step.service for step in steps}
    assert steps[0].asked_by.startswith("POST /v1/")
    assert header(placed.message, "id") in told
    caused = [(step.after, step.event_ids) for step in steps[1:] if step.after in told]
    assert len(caused) > 2
    for cause, effects in caused:
        assert told.index(str(cause)) < min(map(told.index, effects), default=len(told))
    assert all(here.region.coordinator.person_id not in step.asked_by for step in steps)


async def test_O02_three_workers_of_a_service_do_nothing_twice(region: Region):
    platform = region.platform
    async with AsyncExitStack() as more:
        for name in ("portfolio", "portfolio", "enrolment"):
            await more.enter_async_context(platform.another(name, "worker"))
        for group in platform.insides["portfolio"].groups():
            await eventually(partial(three_share, platform, group), f"three share the work of {group}", 60)
        cohort = await region.cohort()
        home = await region.placed_home(cohort)
        await region.attended(home, cohort)
        portfolio = await region.portfolio(home)
        await platform.settled()
        before = await commits(platform, region.name)
        again = [each for name in NAMES for each in platform.onlooker.on(f"{name}-events", region.name)]
        async with putting(platform.running.plan.kafka) as stranger:
            assert await stranger.again(again) == len(again)
        await platform.settled()
        assert await commits(platform, region.name) == before
    assert len(region.events("portfolio", "PortfolioOpened")) == 1
    assert region.events("portfolio", "PortfolioOpened")[0].stream.endswith(portfolio)


async def three_share(platform: Platform, group: str) -> bool:
    return await members_of(platform.running.plan.kafka, group) == 3


async def commits(platform: Platform, region: str) -> dict[str, int]:
    """How many commits of the region each journal has."""
    return {name: await each.store.count(JOURNAL, {"region": region}) for name, each in platform.insides.items()}


async def test_O04_every_service_tells_what_waits_lags_is_parked_and_late(here: Settled):
    async with Asker(here.region.platform.running.address) as asker:
        for name in NAMES:
            await eventually(partial(measured, asker, name), f"{name} tells all of it", 25)


async def measured(asker: Asker, name: str) -> bool:
    text = (await asker.send("GET", name, "/metrics")).text
    return all(f"sixsteps_{family}{{" in text for family in FAMILIES)


async def test_O06_a_region_is_added_by_one_call_and_usable_at_once(region: Region):
    platform = region.platform
    address, ours = platform.running.address("enrolment"), token(platform, region.name)
    made = await added(address, ours, region.name)
    assert await added(address, ours, region.name) == made
    wanted: dict[str, Any] = {"name": "First", "version_id": made.version_id, "area": "wirral", "capacity": 3}
    assert await plan_cohort(region.api, region.coordinator, **wanted, starts_on=region.today)


async def test_O08_what_is_taken_out_destroyed_and_put_back_is_the_same(here: Settled, tmp_path: Path):
    found = await drilled(here.region.platform.environments, tmp_path)
    assert found.different == []
    assert found.documents > 100
    assert set(found.seconds) == {"back up", "destroy", "restore", "compare"}


async def test_O10_while_it_is_read_only_people_look_and_nothing_is_taken(region: Region):
    platform = region.platform
    enrolment = {"enrolment": platform.environments["enrolment"]}
    headers = {"Authorization": f"Bearer {token(platform, region.name)}", "Sixsteps-Region": region.name}
    async with Asker(platform.running.address) as asker:

        async def said(method: str, path: str) -> Any:
            return await asker.send(method, "enrolment", path, headers=headers, json={} if method == "POST" else None)

        async def is_closed() -> bool:
            answer = await said("POST", "/v1/cohorts")
            return bool(answer.status_code == 503 and answer.json()["code"] == "read_only")

        try:
            await closed(enrolment, "the database moves")
            await eventually(is_closed, "nothing is taken", 5)
            answer = await said("POST", "/v1/cohorts")
            assert "the database moves" in answer.json()["detail"]
            assert int(answer.headers["Retry-After"]) > 0
            assert (await said("GET", "/v1/cohorts")).status_code == 200
            assert (await asker.send("GET", "enrolment", "/readyz")).status_code == 200
        finally:
            await reopened(enrolment)
        assert await closings(enrolment) == {"enrolment": None}
        await eventually(lambda: opened(is_closed), "it takes commands again", 5)
    assert await region.person("Ann")


async def opened(is_closed: Any) -> bool:
    return not await is_closed()


async def test_O12_one_home_s_rows_are_what_its_history_says(here: Settled):
    found = {
        name: await verified_of_key(manifest(name), settings, here.home.id)
        for name, settings in here.region.platform.environments.items()
    }
    compared = [each for views in found.values() for each in views.values()]
    assert [each.different for each in compared if each.different or each.stopped] == []
    assert sum(each.equal for each in compared) > 3


async def test_R11_every_view_rebuilt_from_history_equals_the_live_one(here: Settled):
    compared = await asyncio.gather(
        *(whole(name, settings) for name, settings in here.region.platform.environments.items())
    )
    assert sum(compared) > 50


async def whole(name: str, settings: Mapping[str, str]) -> int:
    """How many rows of a service, of all its views and its deadlines, are what history says. Raises when one is not."""
    equal = 0
    for view in rebuildable(manifest(name)):
        found = await verified(manifest(name), settings, view)
        assert (found.different, found.stopped) == ([], {}), (name, view)
        equal += found.equal
    assert equal, name
    return equal


async def test_S02_a_commit_that_was_tampered_with_is_named(rough: Platform, region: Region):
    spoilt = Region(rough, region.name)
    await spoilt.person("Ann")
    home = await spoilt.home()
    await rough.settled()
    inside = rough.insides["enrolment"]
    first = (await inside.store.find(JOURNAL, {"region": spoilt.name, "stream": f"home-{home.id}"}, limit=1))[0]
    await inside.store.write(JOURNAL, [Change(first["_id"], {"actor": {**first["actor"], "id": "somebody-else"}})])
    (found,) = await audited({"enrolment": rough.environments["enrolment"]}, settle_seconds=1)
    named = [each for each in found.violations if each.stream == first["stream"]]
    assert [each.promise for each in named] == ["not tampered with"]
