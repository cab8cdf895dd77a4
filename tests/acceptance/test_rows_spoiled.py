"""Feature rows of what a reader meets: a message that is missing, and one that is poison."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deploy.ops.parked import Listing, discarded, listed, replayed, shown
from deploy.ops.status import statuses
from deploy.services import manifest
from shared.chassis.ports import Message
from shared.chassis.wire import header, sequence_of
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.platform import Platform
from tests.support.records import putting


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
    spoiled = [poison if each is enrolled else each for each in messages]
    other = Region(region.platform, f"{region.name}-b")
    healthy = await of_another_platform(other)
    settings = rough.running.services["portfolio"].environment

    async with putting(rough.running.plan.kafka) as stranger:
        await stranger.again([*spoiled, *healthy], prefix=prefixes(region, rough))
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
