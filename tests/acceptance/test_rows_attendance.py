"""Feature rows of attendance: repeats by key and by nature, many at once, and everything a register can say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from deploy.demo.journey import evidence, homes, workshops
from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import tokens_from
from tests.support.acceptance_region import PATHWAY, Cohort, Home, Region
from tests.support.keyless import KeylessApi

ENROLMENT = homes.ENROLMENT
FIFTY = 50


@pytest.fixture
async def keyless(region: Region) -> AsyncIterator[KeylessApi]:
    """Give a client that never sends a key."""
    async with KeylessApi(region.api.addresses, tokens_from(region.platform.running.issuer)) as api:
        yield api


def key_of(region: Region) -> str:
    """A key as clients make them."""
    return str(UUID(int=region.number()))


def attendance(home: Home, number: int = 0, **more: Any) -> Mapping[str, Any]:
    """What is said of one representative."""
    person = home.representatives[number].person_id
    return {"enrolment_id": home.enrolment_id, "person_id": person, "status": "attended", **more}


def recording(cohort: Cohort, code: str = "ON") -> str:
    """Where attendances of this workshop are recorded."""
    return f"workshops/{cohort.workshops[code]}:record-attendance"


async def test_A01_a_key_and_a_body_twice_get_the_same_answer_and_make_one_event(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort, representatives=2)
    key, where = key_of(region), recording(cohort)

    first = await region.api.ask(cohort.lead, ENROLMENT, where, attendance(home), key=key)
    await region.api.ask(cohort.lead, ENROLMENT, where, attendance(home, 1), key=key_of(region))
    again = await region.api.ask(cohort.lead, ENROLMENT, where, attendance(home), key=key)

    assert (again.status, again.body, again.etag) == (first.status, first.body, first.etag)
    with pytest.raises(Refused) as altered:
        await region.api.ask(cohort.lead, ENROLMENT, where, attendance(home, status="absent"), key=key)
    assert (altered.value.status, altered.value.code) == (409, "idempotency_mismatch")
    await region.platform.settled()
    said = [event.data["person_id"] for event in region.events(ENROLMENT, "WorkshopAttended", "WorkshopMissed")]
    assert said == [person.person_id for person in home.representatives]


async def test_A01_every_service_keeps_the_promise_for_what_is_created(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    application = {"home_id": home.id, "pathway": "another", "applicant_person_id": home.manager.person_id}
    item = {"portfolio_id": portfolio_id, "home_id": home.id, "requirement_key": "on-role", "narrative": "So it is."}
    joining = {"person_id": home.representative.person_id, "background": "carer", "sector": "social-care"}
    writes = [
        (region.coordinator, ENROLMENT, "people", {"name": "Ann Example"}, {"name": "Bob Example"}),
        (home.manager, ENROLMENT, "enrolments", application, {**application, "pathway": PATHWAY}),
        (home.representative, evidence.PORTFOLIO, "evidence", item, {**item, "narrative": "Not so."}),
        (home.representative, "network", "members", {**joining, "area": "wirral"}, {**joining, "area": "sefton"}),
    ]
    for by, service, path, body, other in writes:
        key = key_of(region)
        first = await region.api.ask(by, service, path, body, key=key)
        again = await region.api.ask(by, service, path, body, key=key)
        assert (again.status, again.body, again.etag) == (first.status, first.body, first.etag), path
        assert first.status == 201, path
        with pytest.raises(Refused) as altered:
            await region.api.ask(by, service, path, other, key=key)
        assert (altered.value.status, altered.value.code) == (409, "idempotency_mismatch"), path


async def test_A02_the_same_attendance_without_a_key_is_the_same_attendance(region: Region, keyless: KeylessApi):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)

    first = await keyless.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(home))
    again = await keyless.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(home))

    person = home.representative.person_id
    assert again.body["attendances"][person]["attendance_id"] == first.body["attendances"][person]["attendance_id"]
    assert (first.status, again.status, first.version) == (200, 200, again.version)
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WorkshopAttended")) == 1


async def test_A02_a_contradicting_attendance_is_refused_and_names_the_one_there(region: Region, keyless: KeylessApi):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    first = await keyless.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(home))

    with pytest.raises(Refused) as other:
        await keyless.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(home, status="absent"))

    known = first.body["attendances"][home.representative.person_id]
    assert (other.value.status, other.value.code) == (409, "already_recorded")
    assert other.value.details["attendance_id"] == known["attendance_id"]


async def test_A02_what_is_made_of_its_own_nature_is_made_once_without_a_key(region: Region, keyless: KeylessApi):
    cohort = await region.cohort()
    starts_at = region.moment(days=20)
    body = {"programme": "six-steps-short", "person_id": cohort.lead.person_id, "competent_from": "2026-01-01"}
    asked = {
        "cohort_id": cohort.id,
        "code": "S1",
        "starts_at": (region.moment(days=-1)).isoformat(),
        "ends_at": (region.moment(days=-1) + timedelta(hours=3)).isoformat(),
    }

    competences = [await keyless.ask(region.coordinator, ENROLMENT, "facilitators", body) for _ in range(2)]
    scheduled = await keyless.ask(region.coordinator, ENROLMENT, "workshops", asked)

    assert len({answer.id for answer in competences}) == 1
    assert (scheduled.status, scheduled.id) == (200, cohort.workshops["S1"])
    with pytest.raises(Refused) as moved:
        await keyless.ask(region.coordinator, ENROLMENT, "workshops", {**asked, "starts_at": starts_at.isoformat()})
    assert moved.value.status in (409, 422)
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WorkshopScheduled")) == 2


async def test_A03_fifty_identical_requests_at_once_are_one_record_and_one_event(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    async with region.platform.another(ENROLMENT) as second:
        key = key_of(region)
        asked = [
            region.api.ask(cohort.lead, service, recording(cohort), attendance(home), key=key)
            for service in (ENROLMENT, second) * (FIFTY // 2)
        ]
        answers = await asyncio.gather(*asked)

    assert len(answers) == FIFTY
    assert {(answer.status, answer.etag) for answer in answers} == {(200, answers[0].etag)}
    assert all(answer.body == answers[0].body for answer in answers)
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WorkshopAttended")) == 1


async def test_A03_fifty_times_the_same_fact_without_a_key_are_one_record_and_one_event(
    region: Region, keyless: KeylessApi
):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    number = region.registration_number()
    new = {"name": "Bryn House", "setting": "other", "regulator": "cqc", "registration_number": number}

    async def register(service: str) -> tuple[int, str]:
        try:
            made = await keyless.ask(region.coordinator, service, "care-homes", new)
        except Refused as no:
            return no.status, no.details["existing_id"]
        return made.status, made.id

    async with region.platform.another(ENROLMENT) as second:
        keyless.addresses[second] = region.api.addresses[second]
        services = (ENROLMENT, second) * (FIFTY // 2)
        said: list[Answer] = await asyncio.gather(
            *(keyless.ask(cohort.lead, service, recording(cohort), attendance(home)) for service in services)
        )
        made = await asyncio.gather(*(register(service) for service in services))

    assert len({answer.body["attendances"][home.representative.person_id]["attendance_id"] for answer in said}) == 1
    assert sorted(status for status, _ in made) == [201, *[409] * (FIFTY - 1)]
    assert len({home_id for _, home_id in made}) == 1
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WorkshopAttended")) == 1
    registered = [event.data["registration_number"] for event in region.events(ENROLMENT, "HomeRegistered")]
    assert registered.count(number) == 1


async def test_A04_a_register_says_who_was_there_how_and_for_how_long(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort, representatives=5)
    arrived, left = region.moment(days=-1, hours=0.5), region.moment(days=-1, hours=2)
    times = {"arrived": arrived.isoformat(), "left": left.isoformat()}
    told: list[Mapping[str, Any]] = [
        attendance(home, 0, status="part", mode="online", **times),
        attendance(home, 1, status="attended", mode="in-person"),
        attendance(home, 2, status="apologies"),
        attendance(home, 3, status="absent"),
        attendance(home, 4, status="caught-up", mode="online"),
    ]
    answers = [await region.api.ask(cohort.lead, ENROLMENT, recording(cohort), one) for one in told]

    kept = answers[-1].body["attendances"]
    assert [kept[one["person_id"]]["status"] for one in told] == [one["status"] for one in told]
    assert [kept[one["person_id"]]["mode"] for one in told] == ["online", "in-person", None, None, "online"]
    part = kept[home.representatives[0].person_id]
    assert (part["arrived"], part["left"]) == (_utc(arrived), _utc(left))

    with pytest.raises(Refused) as unknown:
        await region.api.ask(cohort.lead, ENROLMENT, recording(cohort, "S1"), attendance(home, status="asleep"))
    assert (unknown.value.status, unknown.value.pointer) == (422, "/status")
    await region.platform.settled()
    there = {event.data["person_id"]: event.data for event in region.events(ENROLMENT, "WorkshopAttended")}
    missed = {event.data["person_id"]: event.data["status"] for event in region.events(ENROLMENT, "WorkshopMissed")}
    assert [there[one["person_id"]]["covers"] for one in (told[0], told[1], told[4])] == [False, True, True]
    assert list(missed.values()) == ["apologies", "absent"]


async def test_A04_who_was_there_for_a_part_covers_the_workshop_after_catching_up(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    person, where = home.representative.person_id, cohort.workshops["ON"]

    await workshops.record_attendance(region.api, cohort.lead, where, home.enrolment_id, person, "part")
    await region.platform.settled()
    assert not region.events(ENROLMENT, "WorkshopCovered")

    await workshops.record_attendance(region.api, cohort.lead, where, home.enrolment_id, person, "caught-up")
    covered = await region.event(ENROLMENT, "WorkshopCovered")
    assert (covered.data["person_id"], covered.data["code"]) == (person, "ON")


def _utc(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
