"""Feature rows of the published events: typed, complete, in order, taken once, and nobody's name in any of them."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from deploy.demo.journey import homes
from deploy.ops.parked import Listing, discarded, listed, replayed, shown
from deploy.ops.status import statuses
from deploy.services import NAMES, manifest
from shared.chassis.cards.owner import CARDS
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Message
from shared.chassis.reading.projections import view_collection
from shared.chassis.wire import header, sequence_of
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


async def of_another_platform(region: Region) -> list[Message]:
    """What enrolment published of a home that was placed, in order."""
    await region.placed_home(await region.cohort())
    await region.platform.settled()
    return region.platform.onlooker.on("enrolment-events", region.name)


def named(messages: list[Message], name: str) -> Message:
    return next(message for message in messages if f".{name}.v" in (header(message, "type") or ""))


async def opened(rough: Platform, region: Region) -> list[Any]:
    rows = await rough.api.rows(region.coordinator, "portfolio", "portfolios")
    return [row for row in rows if row["status"] == "open"]


async def waiting(rough: Platform, stream: str) -> Listing:
    """What the operators' command says of one stream in portfolio."""
    environment = {"portfolio": rough.running.services["portfolio"].environment}
    return await listed(environment, reader="policies", stream=stream)


def counted(metrics: str, what: str) -> float:
    """The counter of the policies reader, as /metrics says."""
    labels = f'reader="policies",service="portfolio",what="{what}"'
    return next((float(line.split()[-1]) for line in metrics.splitlines() if labels in line), 0.0)


async def measured(rough: Platform) -> str:
    async with Asker(rough.running.address) as asker:
        return (await asker.send("GET", "portfolio", "/metrics")).text


async def test_V05_a_reader_reports_a_message_that_is_missing_and_goes_on_when_it_comes(
    region: Region, rough: Platform
):
    messages = await of_another_platform(region)
    missing = named(messages, "RepresentativeConfirmed")
    stream = f"enrolment/{header(missing, 'subject')}"
    before, prefix = counted(await measured(rough), "gaps"), prefixes(region, rough)

    async with putting(rough.running.plan.kafka) as proxy:
        await proxy.again([each for each in messages if each is not missing], prefix=prefix)
        await rough.settled()
        assert counted(await measured(rough), "gaps") > before
        listing = await waiting(rough, stream)
        assert [(held.why, held.sequence) for held in listing.streams] == [("gap", sequence_of(missing))]
        assert {message.sequence for message in listing.messages} == set(later(messages, missing))
        status = (await statuses({"portfolio": rough.running.services["portfolio"].environment}, {}))[0]
        assert status.kept is not None
        assert status.kept.gaps > 0
        assert status.needs_attention
        assert await opened(rough, region) == []
        assert (await rough.api.get(region.coordinator, "portfolio", f"requirement-sets/{version(messages)}")).version

        await proxy.again([missing], prefix=prefix)
        await rough.settled()
    assert len(await opened(rough, region)) == 1
    assert await waiting(rough, stream) == Listing([], [])


def later(messages: list[Message], than: Message) -> Iterator[int]:
    """The numbers of what follows in the same stream."""
    for message in messages:
        number, same = sequence_of(message), header(message, "subject") == header(than, "subject")
        if same and number is not None and number > (sequence_of(than) or 0):
            yield number


def version(messages: list[Message]) -> str:
    return str(json.loads(named(messages, "ProgrammeVersionPublished").value or b"")["version_id"])


def prefixes(region: Region, rough: Platform) -> tuple[str, str]:
    return region.platform.running.plan.prefix, rough.running.plan.prefix


async def test_V06_a_poisonous_message_is_parked_and_listed_and_everything_else_goes_on(
    region: Region, rough: Platform
):
    messages = await of_another_platform(region)
    enrolled = named(messages, "HomeEnrolled")
    stream, number = f"enrolment/{header(enrolled, 'subject')}", sequence_of(enrolled)
    poison = replace(enrolled, value=b'{"enrolment_id": ')
    other = Region(region.platform, f"{region.name}-b")
    healthy = await of_another_platform(other)
    settings = rough.running.services["portfolio"].environment

    async with putting(rough.running.plan.kafka) as stranger:
        await stranger.again(
            [poison if each is enrolled else each for each in messages], prefix=prefixes(region, rough)
        )
        await stranger.again(healthy, prefix=prefixes(region, rough))
        await rough.settled()

    assert (await rough.insides["portfolio"].lag())["policies"] == 0
    assert len(await opened(rough, other)) == 1
    assert await opened(rough, region) == []
    parked = (await waiting(rough, stream)).messages
    assert [(each.sequence, each.kind) for each in parked][:1] == [(number, "unreadable")]
    kept = await shown(manifest("portfolio"), settings, parked[0].id)
    assert (kept["value"], kept["key"]) == (poison.value, poison.key)

    again = await replayed(manifest("portfolio"), settings, "policies", stream)
    assert [(each.taken, each.stopped_at) for each in again] == [(0, number)]
    await discarded(manifest("portfolio"), settings, parked[0].id, "sent by mistake", "olga")
    done = await replayed(manifest("portfolio"), settings, "policies", stream)
    assert [each.stopped_at for each in done] == [None]
    assert await waiting(rough, stream) == Listing([], [])
