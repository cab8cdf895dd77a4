"""Feature rows of running it: a part may be away, the others go on, and it says what it lacks."""

from typing import Any

from deploy.demo.journey import evidence, homes
from shared.chassis.clock import SystemClock
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.eventually import eventually
from tests.support.frail import Frail

CATCHES_UP_SECONDS = 10
NAMED_SECONDS = 15


async def test_O01_a_service_may_be_down_the_others_go_on_and_it_catches_up(region: Region):
    cohort = await region.cohort()
    ready = await region.ready_home(cohort)
    async with region.platform.without("portfolio"):
        placed = await region.place(ready, cohort)
        assert placed.body["cohort_id"] == cohort.id
        await region.attended(ready, cohort, ["ON"])
        await region.event("enrolment", "HomeEnrolled")

    async def opened() -> Any:
        return await evidence.portfolio_of(region.api, region.coordinator, ready.enrolment_id)

    row = await eventually(opened, "the portfolio is open", CATCHES_UP_SECONDS)
    assert row["home_id"] == ready.id


async def test_O01_each_service_alone_may_be_down_and_the_others_stay_ready(region: Region):
    async with Asker(region.platform.running.address) as asker:
        for name in ("portfolio", "network", "notifications"):
            async with region.platform.without(name, killed=True):
                for other in region.platform.running.services.keys() - {name}:
                    assert (await asker.send("GET", other, "/readyz")).status_code == 200, (name, other)
                number = region.registration_number()
                told = {"name": "A", "setting": "other", "regulator": "cqc", "registration_number": number}
                assert await homes.register_home(region.api, region.coordinator, told)


async def failing(asker: Asker) -> list[str]:
    answer = await asker.send("GET", "enrolment", "/readyz")
    return list(answer.json()["failing"]) if answer.status_code == 503 else []


async def ready(asker: Asker) -> bool:
    return (await asker.send("GET", "enrolment", "/readyz")).status_code == 200


async def test_O03_a_service_without_its_database_lives_and_says_what_it_lacks(frail: Frail):
    async with Asker(frail.platform.running.address) as asker:
        assert await ready(asker)
        async with frail.without(frail.mongo):
            named = await eventually(lambda: failing(asker), "it is not ready", NAMED_SECONDS)
            assert "database" in named
            assert "broker" not in named
            assert (await asker.send("GET", "enrolment", "/livez")).json() == {"status": "alive"}
        await eventually(lambda: ready(asker), "it is ready again", NAMED_SECONDS)


async def test_O03_a_service_without_its_broker_lives_and_says_what_it_lacks(frail: Frail):
    async with Asker(frail.platform.running.address) as asker:
        await eventually(lambda: ready(asker), "it is ready", NAMED_SECONDS)
        async with frail.without(frail.kafka):
            named = await eventually(lambda: failing(asker), "it is not ready", NAMED_SECONDS)
            assert "broker" in named
            assert "database" not in named
            assert (await asker.send("GET", "enrolment", "/livez")).status_code == 200
        await eventually(lambda: ready(asker), "it is ready again", NAMED_SECONDS * 2)


async def test_O03_asking_for_readiness_never_takes_long(frail: Frail):
    clock = SystemClock()
    async with Asker(frail.platform.running.address) as asker, frail.frozen(frail.mongo):
        began = clock.now()
        assert (await asker.send("GET", "enrolment", "/readyz")).status_code == 503
        assert (clock.now() - began).total_seconds() < CATCHES_UP_SECONDS
        assert (await asker.send("GET", "enrolment", "/livez")).status_code == 200
