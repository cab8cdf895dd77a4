"""Whatever somebody sends, the answer is a no that names the field, and nothing is lost or changed by it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.chassis.commits import JOURNAL
from tests.support.acceptance_region import Region
from tests.support.askers import bearer_of
from tests.support.asking import Asker

JSON = {"Content-Type": "application/json"}
TEN_MEGABYTES = 10_000_000
DEEP = 1_000
FIFTY = 50


def home(region: Region, **changes: Any) -> dict[str, Any]:
    """A home as RegisterHome takes it, but for the changes."""
    told = {"name": "Bryn Awel", "setting": "other", "regulator": "cqc"}
    return {**told, "registration_number": region.registration_number(), **changes}


async def commits(region: Region) -> int:
    return await region.platform.insides["enrolment"].store.count(JOURNAL, {"region": region.name})


async def send(region: Region, asker: Asker, path: str = "/v1/care-homes", **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await asker.send("POST", "enrolment", path, token=bearer_of(region), **more)
    return answer.status_code, answer.json()


async def no(region: Region, asker: Asker, path: str = "/v1/care-homes", **more: Any) -> tuple[int, str, str | None]:
    """Status, code and pointer of a no. Raises AssertionError when something was stored."""
    before = await commits(region)
    status, told = await send(region, asker, path, **more)
    assert await commits(region) == before
    return status, told["code"], told.get("pointer")


async def raw(region: Region, asker: Asker, content: bytes) -> tuple[int, str, str | None]:
    return await no(region, asker, content=content, headers=JSON)


async def test_an_unknown_field_is_named(region: Region, asker: Asker):
    found = await no(region, asker, json=home(region, colour="red"))
    assert found == (422, "invalid_fields", "/colour")


@pytest.mark.parametrize("value", [17, None, True, ["a"], {"a": 1}, "", " ", "a" * 201])
async def test_a_value_of_the_wrong_type_or_length_is_named(value: Any, region: Region, asker: Asker):
    assert await no(region, asker, json=home(region, name=value)) == (422, "invalid_fields", "/name")


async def test_ten_megabytes_are_turned_away(region: Region, asker: Asker):
    content = json.dumps(home(region, name="a" * TEN_MEGABYTES)).encode()
    assert await raw(region, asker, content) == (413, "body_too_large", None)


async def test_ten_megabytes_without_a_length_are_turned_away(region: Region, asker: Asker):
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(TEN_MEGABYTES // 100_000):
            yield b"a" * 100_000

    assert await no(region, asker, content=pieces(), headers=JSON) == (413, "body_too_large", None)


async def test_a_thousand_levels_are_too_deep(region: Region, asker: Asker):
    content = b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}"
    assert await raw(region, asker, content) == (400, "nested_too_deep", None)


async def test_a_null_byte_is_named(region: Region, asker: Asker):
    assert await no(region, asker, json=home(region, name="Bryn\0Awel")) == (422, "unusable_text", "/name")


async def test_half_a_character_is_named(region: Region, asker: Asker):
    content = json.dumps(home(region, name="Bryn")).replace("Bryn", "\\ud800").encode()
    assert await raw(region, asker, content) == (422, "unusable_text", "/name")


@pytest.mark.parametrize(
    "content",
    [b'{"name": "\xff\xfe"}', b'{"name": "a"', b'{"name": NaN}', b'{"name": "a", "name": "b"}', b"\xef\xbb\xbf{}"],
)
async def test_bytes_that_are_no_json_are_turned_away(content: bytes, region: Region, asker: Asker):
    assert (await raw(region, asker, content))[:2] == (400, "malformed_json")


@pytest.mark.parametrize("content", [b"[]", b'"text"', b"17", b"null"])
async def test_json_that_is_no_object_is_turned_away(content: bytes, region: Region, asker: Asker):
    assert (await raw(region, asker, content))[:2] == (422, "invalid_fields")


async def test_a_huge_id_in_a_field_is_named(region: Region, asker: Asker):
    body = {"home_id": "h" * 100_000, "pathway": "care-homes", "applicant_person_id": "ann"}
    assert await no(region, asker, "/v1/enrolments", json=body) == (422, "invalid_fields", "/home_id")


@pytest.mark.parametrize("path_id", ["a" * 129, "a" * 5_000, "-a", "%00", "%2e%2e", "a%2Fb", "a b", "é"])
async def test_an_odd_id_in_the_address_is_an_address_that_is_not_there(path_id: str, region: Region, asker: Asker):
    answer = await asker.send("GET", "enrolment", f"/v1/care-homes/{path_id}", token=bearer_of(region))
    assert (answer.status_code, answer.json()["code"]) in {(404, "not_found"), (404, "unknown_thing")}


@pytest.mark.parametrize("number", [-1, 0, 10**400, 10**18, 1.5, True])
async def test_a_number_that_cannot_be_meant_is_named(number: Any, region: Region, asker: Asker):
    body = {"name": "A", "version_id": "v", "area": "A", "starts_on": "2026-02-02", "capacity": number}
    status, code, pointer = await no(region, asker, "/v1/cohorts", json=body)
    assert (status, pointer) in {(422, "/capacity"), (400, None)}, code


@pytest.mark.parametrize(
    "day", ["-2026-01-01", "0001-01-01", "1999-12-31", "2032-01-01", "9999-12-31", "2026-02-30", "soon", 0]
)
async def test_a_negative_or_absurd_day_is_named(day: Any, region: Region, asker: Asker):
    version = await region.programme()
    body = {"name": "A", "version_id": version, "area": "A", "starts_on": day, "capacity": 3}
    status, code, pointer = await no(region, asker, "/v1/cohorts", json=body)
    assert (status, pointer) == (422, "/starts_on")
    assert code in {"absurd_date", "invalid_fields"}


def workshop(cohort_id: str, starts_at: str, ends_at: str = "2026-03-29T04:00:00+01:00") -> dict[str, Any]:
    return {"cohort_id": cohort_id, "code": "ON", "starts_at": starts_at, "ends_at": ends_at}


async def test_a_workshop_at_a_time_that_the_clocks_leave_out_is_refused(region: Region, asker: Asker):
    found = await no(region, asker, "/v1/workshops", json=workshop("c-1", "2026-03-29T01:30:00+00:00"))
    assert found == (422, "local_time_missing", "/starts_at")


async def test_a_workshop_at_a_time_that_comes_twice_is_refused(region: Region, asker: Asker):
    body = workshop("c-1", "2026-10-25T00:30:00+00:00", "2026-10-25T04:00:00+00:00")
    assert await no(region, asker, "/v1/workshops", json=body) == (422, "local_time_ambiguous", "/starts_at")


@pytest.mark.parametrize(
    "moment", ["2026-03-29T10:00:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "-1", 1e300]
)
async def test_a_moment_that_cannot_be_kept_is_named(moment: Any, region: Region, asker: Asker):
    status, _, pointer = await no(region, asker, "/v1/workshops", json=workshop("c-1", moment))
    assert (status, pointer) == (422, "/starts_at")


async def test_the_same_key_with_another_body_is_refused_and_the_first_answer_stays(region: Region, asker: Asker):
    key, first = {"Idempotency-Key": f"key-{region.name}"}, home(region)
    made = await send(region, asker, json=first, headers=key)
    assert made[0] == 201
    found = await no(region, asker, json={**first, "name": "Another"}, headers=key)
    assert found == (409, "idempotency_mismatch", None)
    assert await send(region, asker, json=first, headers=key) == made


async def test_fifty_identical_requests_at_once_are_one(region: Region, asker: Asker):
    key, body, before = {"Idempotency-Key": f"fifty-{region.name}"}, home(region), await commits(region)
    answers = await asyncio.gather(*(send(region, asker, json=body, headers=key) for _ in range(FIFTY)))
    assert {status for status, _ in answers} == {201}
    assert len({json.dumps(told, sort_keys=True) for _, told in answers}) == 1
    await region.platform.settled()
    assert len(region.events("enrolment", "HomeRegistered")) == 1
    assert await commits(region) == before + len(("home", "registration"))


async def test_fifty_people_who_take_the_last_place_at_once_leave_one_with_it(region: Region, asker: Asker):
    body, before = home(region), await commits(region)
    answers = await asyncio.gather(*(send(region, asker, json=body) for _ in range(FIFTY)))
    assert sorted(status for status, _ in answers) == [201, *[409] * (FIFTY - 1)]
    assert {told["code"] for status, told in answers if status != 201} == {"already_registered"}
    assert await commits(region) == before + len(("home", "registration"))


async def test_a_refused_request_leaves_the_thing_as_it_was(region: Region, asker: Asker):
    status, made = await send(region, asker, json=home(region))
    assert status == 201
    one = f"/v1/care-homes/{made['id']}"
    assert (await no(region, asker, f"{one}:free-pathway", json={"pathway": "care-homes"}))[0] == 422
    told = await asker.send("GET", "enrolment", one, token=bearer_of(region))
    assert told.json() == made
