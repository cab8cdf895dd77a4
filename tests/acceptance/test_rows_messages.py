"""Feature rows of messages: their wordings are data, and nobody is told the same thing twice."""

import asyncio
from typing import Any

import pytest

from deploy.demo.journey.answers import Refused
from shared.chassis.reading.positions import POSITIONS
from tests.support.acceptance_region import Region
from tests.support.groups import reset_to_the_beginning

NOTIFICATIONS = "notifications"
EVENT = {
    "enrolment_id": "e-1",
    "home_id": "h-1",
    "home_name": "Bryn <Awel> & Sons",
    "pathway": "care-homes",
    "setting": "care-home-nursing",
    "cohort_id": "c-1",
    "version_id": "v-1",
    "started_on": "2026-01-12",
    "target_ends_on": "2026-09-21",
    "lead_person_id": "p-1",
    "signatory_person_id": "p-2",
    "representative_person_ids": ["p-3"],
    "mandatory_codes": ["ON"],
    "rules": {},
}


async def preview(region: Region, template: str, **body: Any) -> Any:
    path = f"templates/{template}:preview"
    return (await region.api.ask(region.coordinator, NOTIFICATIONS, path, body)).body


async def publish(region: Region, number: int, subject: str) -> str:
    text = {
        "language": "en",
        "subject": subject,
        "text": "{{ name }}: {{ home_name }}",
        "html": "<p>{{ home_name }}</p>",
    }
    body = {"key": "welcome", "number": number, "texts": [text]}
    return (await region.api.ask(region.coordinator, NOTIFICATIONS, "templates", body)).id


async def test_T01_a_template_is_previewed_with_an_event_as_its_reader_would_see_it(region: Region):
    seen = await preview(region, "welcome", event=EVENT, name="Ann Lloyd")
    assert "Bryn <Awel> & Sons" in seen["text"]
    assert "Bryn &lt;Awel&gt; &amp; Sons" in seen["html"]
    assert seen["subject"]
    assert (seen["origin"], seen["number"]) == ("packaged", 1)
    await region.platform.settled()
    assert region.letters() == []


async def test_T01_every_packaged_template_can_be_previewed(region: Region):
    listed = (await region.api.get(region.coordinator, NOTIFICATIONS, "packaged-templates")).body["templates"]
    assert len(listed) > 10
    for template in listed:
        seen = await preview(region, template["key"])
        assert seen["subject"], template["key"]
        assert seen["text"], template["key"]
        assert "<" in seen["html"], template["key"]


async def test_T01_a_region_publishes_versions_of_its_own_and_the_newest_is_sent(region: Region):
    template_id = await publish(region, 1, "Croeso")
    assert await publish(region, 2, "Croeso cynnes, {{ name }}") == template_id
    assert (await preview(region, template_id, event=EVENT))["number"] == 2
    assert (await preview(region, template_id, event=EVENT, number=1))["subject"] == "Croeso"

    home = await region.placed_home(await region.cohort())
    await region.platform.settled()
    subjects = [subject for _, subject in region.mails() if subject.startswith("Croeso")]
    number = home.name.removeprefix("Home ")
    assert sorted(subjects) == [f"Croeso cynnes, Manager {number}", f"Croeso cynnes, Representative {number} 0"]


async def test_T01_a_version_never_changes_and_a_wording_that_cannot_be_filled_in_is_not_published(region: Region):
    await publish(region, 1, "Welcome")
    with pytest.raises(Refused) as taken:
        await publish(region, 1, "Another")
    assert taken.value.code == "number_taken"
    with pytest.raises(Refused) as unknown:
        await publish(region, 2, "{{ salary }}")
    assert (unknown.value.status, unknown.value.code) == (422, "field_unknown")
    assert "home_name" in unknown.value.details["fields"]


async def test_T02_a_full_replay_sends_nothing_a_second_time(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    await region.filled(home, cohort)
    platform, before = region.platform, region.mails()
    assert len(before) == len(set(before))
    assert len(before) > 3
    everything = len(platform.mails())
    inside = platform.insides[NOTIFICATIONS]
    read = len(platform.onlooker.messages)

    async with platform.without(NOTIFICATIONS) as stopped:
        topics = sorted(inside.service.readers.topics)
        for group in inside.service.readers.groups.values():
            await reset_to_the_beginning(platform.running.plan.kafka, group, topics)
        await inside.store.drop(POSITIONS)
        assert (await inside.lag())["policies"] > read / 2
        assert stopped.process is not None

    await platform.settled()
    assert region.mails() == before
    assert len(platform.mails()) == everything
    sent = await region.api.rows(region.coordinator, NOTIFICATIONS, "messages")
    assert len({(row["source_event_id"], row["recipient_person_id"], row["template_key"]) for row in sent}) == len(sent)


async def test_T02_the_same_events_read_by_two_processes_at_once_send_one_message_each(region: Region):
    cohort = await region.cohort()
    async with region.platform.another(NOTIFICATIONS, role="worker"):
        homes = await asyncio.gather(*(region.placed_home(cohort) for _ in range(3)))
        await region.platform.settled()
    sent = await region.api.rows(region.coordinator, NOTIFICATIONS, "messages", status="sent")
    assert len(region.mails()) == len(set(region.mails())) == len(sent)
    assert {home.manager.person_id for home in homes} <= {row["recipient_person_id"] for row in sent}
