"""Broker or database may be away at the start, and go away and come back at work: nothing accepted is lost."""

import asyncio
from typing import Any

import httpx2

from deploy.demo.journey.who import coordinator
from shared.chassis.commits import JOURNAL
from tests.support.acceptance_region import Region
from tests.support.askers import bearer_of
from tests.support.asking import Asker
from tests.support.eventually import eventually
from tests.support.frail import Frail

BACK_SECONDS = 30


def home(region: Region) -> dict[str, Any]:
    number = region.registration_number()
    return {"name": "Bryn Awel", "setting": "other", "regulator": "cqc", "registration_number": number}


class Desk:
    """Asks enrolment once, without patience."""

    def __init__(self, frail: Frail, asker: Asker, name: str) -> None:
        self.region = Region(frail.platform, name)
        self.asker = asker
        self.bearer = bearer_of(self.region, coordinator(f"coordinator-{name}", name))

    async def register(self, told: dict[str, Any], key: str):
        return await self.asker.send(
            "POST", "enrolment", "/v1/care-homes", token=self.bearer, json=told, headers={"Idempotency-Key": key}
        )

    async def accepted(self, told: dict[str, Any], key: str) -> bool:
        return bool((await self.register(told, key)).status_code == 201)

    async def status(self, path: str) -> int:
        return (await self.asker.send("GET", "enrolment", path)).status_code

    async def is_ready(self) -> bool:
        return await self.status("/readyz") == 200

    async def published(self) -> list[str]:
        """The names of the homes that the topic knows of, once nothing waits any more."""
        await self.region.platform.settled()
        return [event.data["home_id"] for event in self.region.events("enrolment", "HomeRegistered")]

    async def commits(self) -> int:
        return await self.region.platform.insides["enrolment"].store.count(JOURNAL, {"region": self.region.name})


async def test_while_the_database_is_away_commands_are_put_off_and_then_done_once(frail: Frail):
    async with Asker(frail.platform.running.address) as asker:
        desk = Desk(frail, asker, "database-away")
        told = home(desk.region)
        async with frail.without(frail.mongo):
            answer = await desk.register(told, "first")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert await desk.status("/livez") == 200
        await eventually(lambda: desk.accepted(told, "first"), "the command is done", BACK_SECONDS)
        assert await desk.accepted(told, "first")
        assert len(await desk.published()) == 1


async def test_while_the_database_hangs_a_command_is_put_off_in_time_and_is_done_once(frail: Frail):
    async with Asker(frail.platform.running.address) as asker:
        desk = Desk(frail, asker, "database-hangs")
        told = home(desk.region)
        async with frail.frozen(frail.mongo):
            answer = await desk.register(told, "first")
            assert answer.status_code == 503
        await eventually(lambda: desk.accepted(told, "first"), "the command is done", BACK_SECONDS)
        assert len(await desk.published()) == 1
        assert await desk.commits() == len(("home", "registration"))


async def test_while_the_broker_is_away_commands_are_accepted_and_their_events_come_later(frail: Frail):
    async with Asker(frail.platform.running.address) as asker:
        desk = Desk(frail, asker, "broker-away")
        async with frail.without(frail.kafka):
            for number in range(10):
                assert await desk.accepted(home(desk.region), f"home-{number}")
        assert len(await desk.published()) == 10
        await desk.region.platform.must_be_sound(desk.region.name)


async def test_a_service_that_starts_without_its_database_waits_for_it(frail: Frail):
    enrolment = frail.platform.running.services["enrolment"]
    async with Asker(frail.platform.running.address) as asker:
        desk = Desk(frail, asker, "no-database-at-start")
        await asyncio.to_thread(enrolment.stop)
        async with frail.without(frail.mongo):
            enrolment.start()
            await eventually(lambda: answers(desk), "it is alive", BACK_SECONDS)
            assert await desk.status("/readyz") == 503
            assert (await desk.register(home(desk.region), "early")).status_code == 503
        await eventually(desk.is_ready, "it is ready", BACK_SECONDS)
        assert await desk.accepted(home(desk.region), "late")
        assert len(await desk.published()) == 1


async def test_a_service_that_starts_without_its_broker_accepts_commands_and_sends_their_events_later(frail: Frail):
    enrolment = frail.platform.running.services["enrolment"]
    async with Asker(frail.platform.running.address) as asker:
        desk = Desk(frail, asker, "no-broker-at-start")
        await asyncio.to_thread(enrolment.stop)
        async with frail.without(frail.kafka):
            enrolment.start()
            await eventually(lambda: answers(desk), "it is alive", BACK_SECONDS)
            told = home(desk.region)
            await eventually(lambda: desk.accepted(told, "early"), "it accepts", BACK_SECONDS)
            assert await desk.status("/readyz") == 503
        await eventually(desk.is_ready, "it is ready", BACK_SECONDS)
        assert len(await desk.published()) == 1


async def answers(desk: Desk) -> bool:
    """Whether anybody listens at its address yet."""
    try:
        return await desk.status("/livez") == 200
    except httpx2.ConnectError:
        return False
