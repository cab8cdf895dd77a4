"""Whatever lies on a topic that we read is taken, ignored or put aside; nothing stops, and nothing loops."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import count

import pytest

from deploy.ops.parked import listed
from deploy.services import NAMES
from shared.chassis.ports import Headers, Message
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.platform import Platform
from tests.support.records import Putting, putting

NEARLY_A_MEGABYTE = 900_000
NUMBERS = count(1)
KNOWN: Mapping[str, str] = {
    "enrolment": "sixsteps.enrolment.HomeEnrolled",
    "portfolio": "sixsteps.portfolio.EvidenceApproved",
    "network": "sixsteps.network.MemberJoined",
    "notifications": "sixsteps.notifications.MessageWanted",
}
"""An event of each topic that somebody reads."""


@pytest.fixture
async def stranger(rough: Platform) -> AsyncIterator[Putting]:
    async with putting(rough.running.plan.kafka) as ready:
        yield ready


def headers(kind: str, **changes: str | None) -> Headers:
    """The outside of an event of a stream that nobody knows, but for the changes; None leaves one out."""
    told = {
        "id": f"bad-{next(NUMBERS)}", "source": "/sixsteps/x/y", "specversion": "1.0", "type": f"{kind}.v1",
        "subject": f"thing-{next(NUMBERS)}", "time": "2026-01-05T09:00:00+00:00", "sequence": "1",
        "partitionkey": "k", "region": "nowhere", "correlationid": "c", "causationid": "c",
    }  # fmt: skip
    chosen = {f"ce_{name}": value for name, value in {**told, **changes}.items() if value is not None}
    return tuple((name, value.encode()) for name, value in {**chosen, "content-type": "application/json"}.items())


def unreadable(kind: str) -> list[tuple[Headers, bytes | None]]:
    """What is put aside: no event can be made of it."""
    return [
        (headers(kind), b"{not json"),
        (headers(kind), b'{"nothing": "that fits"}'),
        (headers(kind, type=f"{kind}.v99"), b"{}"),
        (headers(kind), b"x" * NEARLY_A_MEGABYTE),
    ]


def passed_by(kind: str) -> list[tuple[Headers, bytes | None]]:
    """What is none of our business: an event that nobody here has heard of."""
    service = kind.split(".")[1]
    return [(headers(f"sixsteps.{service}.NeverHeardOf"), b"{}"), (headers("another.thing.Happened"), b'{"a": 1}')]


async def at_rest(rough: Platform) -> None:
    """Every service is ready and has read everything."""
    await rough.settled()
    async with Asker(rough.running.address) as asker:
        for name in NAMES:
            assert (await asker.send("GET", name, "/readyz")).status_code == 200, name
            process = rough.running.services[name].process
            assert process is not None
            assert process.poll() is None
            assert not any((await rough.insides[name].lag()).values())


async def parked(rough: Platform) -> set[str]:
    environments = {name: rough.running.services[name].environment for name in NAMES}
    return {f"{message.service} {message.id}" for message in (await listed(environments)).messages}


@pytest.mark.parametrize("name", NAMES)
async def test_unreadable_and_oversized_messages_are_put_aside_and_the_rest_flows(
    name: str, region: Region, rough: Platform, stranger: Putting
):
    before, topic = await parked(rough), f"{rough.running.plan.prefix}{name}-events"
    readers = [each for each in rough.insides.values() if topic in each.service.readers.topics]
    assert readers, "nobody reads this topic"
    for told, value in unreadable(KNOWN[name]):
        await stranger.put(topic, b"k", value, told)
    await at_rest(rough)
    assert len(await parked(rough) - before) >= len(unreadable(KNOWN[name]))

    there = Region(rough, region.name)
    home = await there.placed_home(await there.cohort())
    assert await there.portfolio(home)


@pytest.mark.parametrize("name", NAMES)
async def test_an_event_that_nobody_knows_is_passed_by(name: str, region: Region, rough: Platform, stranger: Putting):
    before, topic = await parked(rough), f"{rough.running.plan.prefix}{name}-events"
    for told, value in passed_by(KNOWN[name]):
        await stranger.put(topic, b"k", value, told)
    await at_rest(rough)
    assert await parked(rough) == before


async def test_a_message_without_sense_or_headers_holds_up_nobody(region: Region, rough: Platform, stranger: Putting):
    topic = f"{rough.running.plan.prefix}enrolment-events"
    kind = KNOWN["enrolment"]
    twice = (*headers(kind), ("ce_subject", b"home-another"))
    odd: list[tuple[Headers, bytes | None]] = [
        ((), b"hello"),
        ((("ce_subject", b"\xff\xfe"), ("ce_sequence", b"\xff")), b"\xff\xfe"),
        (headers(kind, sequence="9" * 400), b"{}"),
        (headers(kind, sequence="-1"), b"{}"),
        (twice, b"{}"),
        (headers(kind), None),
    ]
    before = await parked(rough)
    for told, value in odd:
        await stranger.put(topic, b"", value, told)
    await at_rest(rough)
    assert len(await parked(rough) - before) >= len(odd)

    there = Region(rough, region.name)
    assert (await there.placed_home(await there.cohort())).id


async def test_what_is_no_contact_card_is_passed_by_and_the_next_card_is_taken(
    region: Region, rough: Platform, stranger: Putting
):
    topic = f"{rough.running.plan.prefix}enrolment-people"
    good = (("region", b"nowhere"), ("revision", b"1"))
    for key, value, told in [
        (b"", b"hello", ()),
        (b"\xff", b"hello", good),
        (b"person-1", b"hello", ()),
        (b"person-1", b"not sealed", good),
        (b"person-1", b"x" * NEARLY_A_MEGABYTE, good),
        (b"person-1", b"sealed", (("region", b"nowhere"), ("revision", b"-1"))),
        (b"person-2", None, good),
    ]:
        await stranger.put(topic, key, value, told)
    await at_rest(rough)

    there = Region(rough, region.name)
    await there.placed_home(await there.cohort())
    await rough.settled()
    assert there.mails()


async def test_a_card_that_is_moved_to_another_person_is_not_believed(
    region: Region, rough: Platform, stranger: Putting
):
    there = Region(rough, region.name)
    ann, ben = await there.person("Ann Lloyd"), await there.person("Ben Hughes")
    await rough.settled()
    sealed = last(rough, ann)
    raised = tuple((name, b"7" if name == "revision" else value) for name, value in sealed.headers)
    moved = replace(sealed, key=ben.encode(), headers=raised)
    await stranger.again([moved])
    await at_rest(rough)
    copies = rough.insides["notifications"].service.copies
    assert copies is not None
    told = await copies.get([ann, ben])
    assert told[ann]["name"] == "Ann Lloyd"
    assert told[ben]["name"] == "Ben Hughes"


def last(rough: Platform, person_id: str) -> Message:
    return next(each for each in reversed(rough.onlooker.on("enrolment-people")) if each.key == person_id.encode())
