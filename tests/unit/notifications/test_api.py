"""What notifications answers over HTTP: templates, previews, why, and who may look."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.notifications.domain.message import RequestMessage
from services.notifications.service import SERVICE
from shared.chassis.http.declared import check
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.shoe_works import asking
from tests.support.tokens import token
from tests.unit.notifications.builders import MESSAGE, requested

COORDINATOR = token("coordinator")
WORDING = {"language": "en", "subject": "Hello {{ name }}", "text": "{{ home_name }}", "html": "<p>{{ home_name }}</p>"}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Counter]:
    async with shoe_counter(tmp_path, SERVICE) as opened:
        yield opened


async def publish(api: Counter, number: int = 1, **changes: Any) -> Any:
    body = {"key": "welcome", "number": number, "texts": [{**WORDING, **changes}]}
    return await api.post("/v1/templates", body, who=COORDINATOR, Idempotency_Key=f"key-{number}-{len(str(changes))}")


async def message(api: Counter) -> None:
    told = requested().model_dump(exclude={"template_id", "channel", "attempt", "requested_at"})
    await api.parts.handling.handle(asking(RequestMessage(**told), "event:e1"))


def test_everything_declares_who_may_use_it():
    check(SERVICE)


async def test_t01_a_template_is_published_in_versions_and_previewed_with_an_event(api: Counter) -> None:
    first = await publish(api)
    second = await publish(api, number=2, subject="Welcome {{ name }}")
    template = first.json()["id"]
    assert (first.status_code, second.status_code, second.json()["id"]) == (201, 200, template)
    asked = {"name": "Ann <Bee>", "event": enrolled("<Plas>")}
    preview = await api.post(f"/v1/templates/{template}:preview", asked, who=COORDINATOR)
    assert preview.status_code == 200, preview.text
    assert preview.json()["subject"] == "Welcome Ann <Bee>"
    assert preview.json()["text"].startswith("<Plas>")
    assert "&lt;Plas&gt;" in preview.json()["html"]
    older = await api.post(f"/v1/templates/{template}:preview", {"number": 1}, who=COORDINATOR)
    assert older.json()["subject"] == "Hello Alex Example"


def enrolled(home_name: str) -> dict[str, Any]:
    return {
        "enrolment_id": "en1",
        "home_id": "h1",
        "home_name": home_name,
        "cohort_id": "c1",
        "version_id": "v1",
        "pathway": "care-home",
        "setting": "extra-care",
        "started_on": "2026-01-12",
        "target_ends_on": "2026-09-21",
        "lead_person_id": "fay",
        "signatory_person_id": "sam",
        "representative_person_ids": ["ann"],
    }


async def test_a_packaged_template_is_previewed_by_its_key(api: Counter) -> None:
    preview = await api.post("/v1/templates/welcome:preview", {}, who=COORDINATOR)
    assert preview.json()["origin"] == "packaged"
    listed = await api.get("/v1/packaged-templates", who=COORDINATOR)
    assert "welcome" in [one["key"] for one in listed.json()["templates"]]


async def test_a_field_that_a_message_does_not_have_is_refused_with_its_place(api: Counter) -> None:
    refused = await publish(api, html="{{ email }}")
    assert (refused.status_code, refused.json()["code"]) == (422, "field_unknown")
    assert refused.json()["pointer"] == "/texts/0/html"


async def test_a_published_version_never_changes(api: Counter) -> None:
    await publish(api)
    refused = await publish(api, subject="Other")
    assert (refused.status_code, refused.json()["code"]) == (409, "number_taken")


async def test_a_message_says_why_it_was_sent(api: Counter) -> None:
    await message(api)
    why = await api.get(f"/v1/messages/{MESSAGE}/why", who=COORDINATOR)
    assert why.status_code == 200, why.text
    assert (why.json()["source_event_id"], why.json()["status"]) == ("e1", "requested")
    assert why.json()["because"] == "your home has a place on the programme"


async def test_people_see_their_own_messages_and_no_others(api: Counter) -> None:
    await message(api)
    own, other = token("representative", sub="ann"), token("representative", sub="ben")
    assert (await api.get(f"/v1/messages/{MESSAGE}", who=own)).status_code == 200
    assert (await api.get(f"/v1/messages/{MESSAGE}", who=other)).status_code in (403, 404)
    assert (await api.get(f"/v1/messages/{MESSAGE}/why", who=own)).status_code == 403


async def test_another_region_sees_nothing(api: Counter) -> None:
    await message(api)
    elsewhere = token("coordinator", regions=["south"])
    assert (await api.get(f"/v1/messages/{MESSAGE}/why", who=elsewhere)).status_code == 404


async def test_nobody_outside_can_ask_for_a_message_or_speak_to_an_audience(api: Counter) -> None:
    for path in ("/v1/messages", "/v1/audiences", f"/v1/messages/{MESSAGE}:record-sent"):
        assert (await api.post(path, {}, who=COORDINATOR)).status_code in (404, 405)


async def test_a_template_is_published_by_coordinators_only(api: Counter) -> None:
    body = {"key": "welcome", "number": 1, "texts": [WORDING]}
    assert (await api.post("/v1/templates", body, who=token("facilitator"), Idempotency_Key="k")).status_code == 403
