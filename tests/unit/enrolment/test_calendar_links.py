"""A calendar program follows a secret link without a token, and sees its person's workshops of one region."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.queries.calendars import CohortCalendarQuestion, cohort_calendar
from services.enrolment.service import SERVICE
from services.enrolment.views.workshops import WORKSHOPS, WorkshopRow
from shared.chassis.declarations.facts import Actor
from tests.support.enrolment_story import SCHEDULED
from tests.support.shoe_counter import Counter, shoe_counter
from tests.support.tokens import token

SECRET = "a-secret-of-32-random-bytes-in-base64url-00"
LINK = f"/v1/calendar-feeds/{SECRET}/calendar.ics"
BODY = {"person_id": "ann", "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}


async def row(desk: Counter, view: str, key: str, region: str, **told: Any) -> None:
    await desk.store.insert(f"view_{view}", {"_id": key, "region": region, "row": told, "fed": {}})


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with shoe_counter(tmp_path, SERVICE) as opened:
        for region, title in (("north", "Stepping on"), ("south", "Elsewhere")):
            cohort = {"cohort_id": region, "name": "A", "version_id": "v", "area": "A", "capacity": 1}
            more = {"status": "open", "pathway": "p", "starts_on": "2026-03-01", "lead_person_id": "ann"}
            await row(opened, "cohorts", region, region, **cohort, **more)
            held = {"workshop_id": region, "cohort_id": region, "code": "ON", "kind": "step", "title": title}
            when = {"starts_at": "2026-03-09T09:30:00Z", "ends_at": "2026-03-09T12:30:00Z", "zone": "Europe/London"}
            link = {"join_link": f"https://meet.example/{region}"}
            await row(opened, "workshops", region, region, **held, **when, **link, mode="online", mandatory=True)
        yield opened


async def opened(desk: Counter) -> str:
    answer = await desk.post("/v1/calendar-feeds", BODY, token())
    assert answer.status_code == 201, answer.text
    assert BODY["secret_sha256"] not in answer.text
    return str(answer.json()["id"])


async def test_a_link_shows_what_its_person_sees_in_their_region_and_nothing_of_another(desk: Counter) -> None:
    await opened(desk)
    answer = await desk.get(LINK, "")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Stepping on" in answer.text
    assert "https://meet.example/north" in answer.text
    assert "Elsewhere" not in answer.text


async def test_a_closed_link_and_one_that_never_was_lead_nowhere(desk: Counter) -> None:
    assert (await desk.get(LINK, "")).json()["code"] == "feed_unknown"
    feed_id = await opened(desk)
    assert (await desk.get(f"/v1/calendar-feeds/{feed_id}/calendar.ics", "")).status_code == 404
    closed = await desk.post(f"/v1/calendar-feeds/{feed_id}:close", {}, token())
    assert closed.json()["open"] is False
    assert (await desk.get(LINK, "")).json()["code"] == "feed_unknown"


async def test_nobody_opens_or_closes_a_link_to_the_calendar_of_somebody_else(desk: Counter) -> None:
    assert (await desk.post("/v1/calendar-feeds", BODY, token("facilitator", sub="ben"))).status_code == 403
    feed_id = await opened(desk)
    assert (await desk.post(f"/v1/calendar-feeds/{feed_id}:close", {}, token(sub="ben"))).status_code == 403
    assert (await desk.get(f"/v1/calendar-feeds/{feed_id}", token(sub="ben"))).status_code == 403
    assert (await desk.get(LINK, "")).status_code == 200


async def test_a_coordinator_closes_a_link_that_was_lost(desk: Counter) -> None:
    feed_id = await opened(desk)
    coordinator = token("coordinator", sub="cora")
    assert (await desk.post(f"/v1/calendar-feeds/{feed_id}:close", {}, coordinator)).status_code == 200
    assert (await desk.get(LINK, "")).status_code == 404


class Tools:
    """One cohort with one workshop online."""

    async def look(self, _state: Any, _id: str) -> Cohort:
        return Cohort(cohort_id="c1", name="2026 A")

    async def rows(self, _view: Any, **_equal: str) -> list[WorkshopRow]:
        return [ONLINE]

    async def history(self, _state: Any, _id: str) -> list[Any]:
        return []


ONLINE = WorkshopRow(
    **SCHEDULED.model_dump(exclude={"mode", "join_link"}), mode="online", join_link="https://meet.example/1"
)


async def test_the_link_to_join_is_for_those_who_run_the_workshop_or_take_part() -> None:
    tools: Any = Tools()
    everybodys = (await cohort_calendar(CohortCalendarQuestion(cohort_id="c1"), tools)).content
    assert isinstance(everybodys, bytes)
    assert b"Heswall Hall" in everybodys
    assert b"meet.example" not in everybodys
    assert WORKSHOPS.present is not None
    lead = Actor(id="lead", roles=frozenset({"facilitator"}))
    assert (WORKSHOPS.present(ONLINE, None, lead) or {})["join_link"] == ONLINE.join_link
    somebody = Actor(id="anna", roles=frozenset({"representative"}))
    assert "join_link" not in (WORKSHOPS.present(ONLINE, None, somebody) or {})
