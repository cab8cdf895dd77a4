"""Feature rows of the published events: typed, complete, in order, taken once, and nobody's name in any of them."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from deploy.demo.journey import homes
from deploy.services import NAMES
from shared.chassis.cards.owner import CARDS
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Message
from shared.chassis.reading.projections import view_collection
from shared.chassis.wire import header
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.cloudevents import CLOUD_EVENT, attributes
from tests.support.eventually import eventually
from tests.support.frail import Frail
from tests.support.platform import Platform
from tests.support.records import putting
from tests.support.settled_region import Settled

REPUBLISHED = 1_000
AT_THE_FAULT_POINT = 100
UNSENT = {"relayed": False}
ASKERS, EACH, KILLS = 20, 8, 4


async def test_V01_every_event_is_a_cloudevent_and_fits_its_published_schema(region: Region, here: Settled):
    outside = jsonschema_rs.validator_for(CLOUD_EVENT, validate_formats=True)
    checked: dict[str, int] = {}
    async with Asker(region.platform.running.address) as asker:
        inside: dict[str, Any] = {}
        for name in NAMES:
            for message in region.platform.onlooker.on(f"{name}-events"):
                told = attributes(message)
                outside.validate(told)
                schema = told["dataschema"]
                if schema not in inside:
                    inside[schema] = jsonschema_rs.validator_for((await asker.send("GET", name, schema)).json())
                inside[schema].validate(json.loads(message.value or b""))
                checked[told["type"]] = checked.get(told["type"], 0) + 1
    assert len(checked) > 25, sorted(checked)


async def test_V01_the_key_keeps_what_belongs_to_a_home_together_and_in_one_partition(here: Settled):
    region = here.region
    found = [message for name in NAMES for message in region.platform.onlooker.on(f"{name}-events", region.name)]
    assert all(message.key == (header(message, "partitionkey") or "").encode() for message in found)
    for name in NAMES:
        of_the_home = [
            each for each in found if each.key == here.home.id.encode() and each.topic.endswith(f"{name}-events")
        ]
        assert len({each.partition for each in of_the_home}) <= 1, name


async def state(platform: Platform) -> dict[str, Any]:
    """How many commits each journal has, and every row of every view."""
    await platform.settled()
    found: dict[str, Any] = {}
    for name, inside in platform.insides.items():
        found[f"{name} commits"] = await inside.store.count(JOURNAL, {})
        for view in inside.service.service.views:
            rows = await inside.store.find(view_collection(view.path), {})
            found[f"{name} {view.path}"] = {row["_id"]: row["row"] for row in rows}
    return found


async def test_V04_events_that_come_again_byte_for_byte_change_nothing(region: Region, here: Settled):
    platform = region.platform
    before = await state(platform)
    events = [each for name in NAMES for each in platform.onlooker.on(f"{name}-events")]
    letters = len(platform.mails())
    again = (events * (REPUBLISHED // len(events) + 1))[:REPUBLISHED]

    async with putting(platform.running.plan.kafka) as stranger:
        assert await stranger.again(again) == REPUBLISHED

    assert await state(platform) == before
    assert len(platform.mails()) == letters
    lying = [message for name in NAMES for message in platform.onlooker.on(f"{name}-events")]
    assert len(lying) == len(events) + REPUBLISHED


async def test_V14_nobody_s_name_address_or_number_is_on_a_topic_in_a_journal_a_view_or_a_log(
    region: Region, here: Settled
):
    platform = region.platform
    seeded = await personal(platform)
    assert len(seeded) > 6
    letters = b"".join(path.read_bytes() for path in platform.running.mail.folder.glob("*.eml"))
    assert sum(text in letters for text in seeded) > 3  # the look itself finds what is there

    looked = dict.fromkeys(("topic", "journal", "view", "log"), 0)
    async for kind, place, content in everything(platform):
        looked[kind] += 1
        found = [text for text in seeded if text in content]
        assert not found, f"{place}: {found[0]!r}"
    assert all(looked.values()), looked


async def personal(platform: Platform) -> list[bytes]:
    """Every name, address and number that stands on any contact card of this run, as bytes."""
    inside = platform.insides["enrolment"]
    owner = inside.service.owner
    assert owner is not None
    known = [await owner.read(card["_id"]) for card in await inside.store.find(CARDS, {})]
    told = {card.fields[name] for card in known if card for name in ("name", "email", "phone")}
    return sorted(text.encode() for text in told if text and len(text) > len("Ann"))


async def everything(platform: Platform):
    """Every record, commit, row and line, with where it lies: (kind, place, bytes)."""
    for message in platform.onlooker.messages:
        yield "topic", f"{message.topic}/{message.partition}/{message.offset}", whole(message)
    for name, inside in platform.insides.items():
        for kind, collection in collections(name, platform):
            for document in await inside.store.find(collection, {}):
                yield kind, f"{name} {collection} {document['_id']}", orjson.dumps(document, default=str)
    for path in logs(platform):
        yield "log", path.name, path.read_bytes()


def logs(platform: Platform) -> list[Path]:
    return sorted(platform.running.plan.folder.glob("*.log"))


def collections(name: str, platform: Platform) -> Iterator[tuple[str, str]]:
    yield "journal", JOURNAL
    for view in platform.insides[name].service.service.views:
        yield "view", view_collection(view.path)


def whole(message: Message) -> bytes:
    headers = b"\n".join(key.encode() + b"=" + value for key, value in message.headers)
    return b"\n".join((message.key or b"", headers, message.value or b""))


async def test_V03_what_was_accepted_and_not_yet_sent_when_the_process_died_is_sent_afterwards(frail: Frail):
    """One death with a hundred commits unsent; a hundred deaths: tests/integration/matrix/test_killed_sender.py."""
    region = Region(frail.platform, "v03-frozen")
    enrolment = frail.platform.running.services["enrolment"]
    async with frail.frozen(frail.kafka):
        made = await asyncio.gather(*(registered(region) for _ in range(AT_THE_FAULT_POINT)))
        assert await frail.platform.insides["enrolment"].store.count(JOURNAL, UNSENT) >= AT_THE_FAULT_POINT
        await asyncio.to_thread(enrolment.kill)
    enrolment.start()
    await asyncio.to_thread(enrolment.wait_ready)
    await frail.platform.must_be_sound(region.name)
    assert sent(region) == sorted(made)


async def test_V03_a_process_that_is_killed_again_and_again_in_full_traffic_loses_and_doubles_nothing(frail: Frail):
    region = Region(frail.platform, "v03-traffic")
    enrolment = frail.platform.running.services["enrolment"]
    made: list[str] = []

    async def kept_busy() -> None:
        for _ in range(EACH):
            made.append(await registered(region))  # noqa: PERF401 - the others look on

    def busy(least: int) -> bool:
        return len(made) >= least

    async with asyncio.TaskGroup() as traffic:
        for _ in range(ASKERS):
            traffic.create_task(kept_busy())
        for kill in range(1, KILLS + 1):
            await eventually(partial(busy, kill * ASKERS), "the traffic goes on", 60)
            await asyncio.to_thread(enrolment.kill)
            enrolment.start()
    await asyncio.to_thread(enrolment.wait_ready)
    await frail.platform.must_be_sound(region.name)
    assert len(made) == len(set(made)) == ASKERS * EACH
    assert sent(region) == sorted(made)


async def registered(region: Region) -> str:
    """A home on record, asked for until there is an answer."""
    number = region.registration_number()
    told = {"name": f"Home {number}", "setting": "other", "regulator": "cqc", "registration_number": number}
    return await homes.register_home(region.api, region.coordinator, told)


def sent(region: Region) -> list[str]:
    """The homes of which the topic says that they were registered; each counts once, however often it was sent."""
    return sorted({event.data["home_id"] for event in region.events("enrolment", "HomeRegistered")})
