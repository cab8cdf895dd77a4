"""Feature rows of running it: a part may be away, the others go on, and it says what it lacks."""

import os
from typing import Any

from deploy.demo.journey import evidence, homes
from shared.chassis.clock import SystemClock
from tests.support.acceptance_region import PROMISE, Region
from tests.support.asking import Asker
from tests.support.eventually import eventually
from tests.support.frail import Frail

CATCHES_UP_SECONDS = 10
"""From the moment in which it is started."""
PATIENCE_SECONDS = 60
NAMED_SECONDS = 15


async def test_O01_a_service_may_be_down_the_others_go_on_and_it_catches_up(region: Region):
    cohort = await region.cohort()
    ready = await region.ready_home(cohort)
    async with region.platform.without("portfolio"):
        placed = await region.place(ready, cohort)
        assert placed.body["cohort_id"] == cohort.id
        await region.attended(ready, cohort, ["ON"])
        await region.event("enrolment", "HomeEnrolled")
        timed = Timed()

    async def opened() -> Any:
        return await evidence.portfolio_of(region.api, region.coordinator, ready.enrolment_id)

    row = await eventually(opened, "the portfolio is open", PATIENCE_SECONDS)
    assert row["home_id"] == ready.id
    timed.must_be_within(CATCHES_UP_SECONDS)


async def test_O01_enrolment_may_be_down_portfolio_signs_off_and_enrolment_completes_afterwards(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.filled(home, cohort)
    async with region.platform.without("enrolment"):
        await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
        signed = await evidence.sign_off(region.api, cohort.lead, portfolio_id)
        assert signed.body["signed_off_on"]
        await region.event("portfolio", "AccreditationGranted")
        assert not region.events("enrolment", "EnrolmentCompleted")
        timed = Timed()

    completed = await region.event("enrolment", "EnrolmentCompleted", PATIENCE_SECONDS)
    assert completed.data["enrolment_id"] == home.enrolment_id
    timed.must_be_within(CATCHES_UP_SECONDS)
    await region.event("network", "MemberInvited")


async def test_O01_each_service_alone_may_be_down_and_the_others_stay_ready(region: Region):
    async with Asker(region.platform.running.address) as asker:
        for name in ("portfolio", "network", "notifications"):
            async with region.platform.without(name, killed=True):
                for other in region.platform.running.services.keys() - {name}:
                    assert (await asker.send("GET", other, "/readyz")).status_code == 200, (name, other)
                number = region.registration_number()
                told = {"name": "A", "setting": "other", "regulator": "cqc", "registration_number": number}
                assert await homes.register_home(region.api, region.coordinator, told)


class Timed:
    """Counts from where it is made: as the last thing in `without` it is the moment of the start."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._began = self._clock.now()

    def must_be_within(self, seconds: float) -> None:
        """Fail when more have passed, on a machine that can do all it has to; on a crowded one so much more."""
        passed = (self._clock.now() - self._began).total_seconds()
        crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert passed <= seconds * crowded, f"{passed:.1f} s, with {crowded:.1f} times the work that the machine can do"


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
