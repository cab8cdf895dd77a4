"""The client asks again with the same key when nobody answered, and never when somebody said no."""

from collections.abc import Callable

import httpx2
import pytest

from deploy.demo.journey.answers import Refused
from deploy.demo.journey.client import Api
from deploy.demo.journey.waiting import NotInTime, until
from deploy.demo.journey.who import coordinator

Answering = Callable[[httpx2.Request], httpx2.Response]
THING = {"id": "h1", "version": 1}


def api(answering: Answering, patience_seconds: float = 5.0) -> Api:
    transport = httpx2.MockTransport(answering)
    addresses = {"enrolment": "http://enrolment.invalid"}
    return Api(addresses, lambda who: who.person_id, patience_seconds=patience_seconds, transport=transport)


class Server:
    """Answers one after the other; an exception is raised instead."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def no(status: int, code: str) -> httpx2.Response:
    return httpx2.Response(status, json={"code": code, "detail": "No."})


@pytest.mark.parametrize(
    "first",
    [no(503, "unavailable"), no(409, "too_many_races"), httpx2.ConnectError("away"), httpx2.ReadError("cut off")],
)
async def test_a_write_that_got_no_answer_is_asked_again_with_the_same_key(first: httpx2.Response | Exception):
    server = Server(first, httpx2.Response(201, json=THING, headers={"ETag": '"1"'}))
    async with api(server) as client:
        answer = await client.ask(coordinator(), "enrolment", "care-homes", {"name": "Bryn House"})
    keys = [request.headers["Idempotency-Key"] for request in server.requests]
    assert (len(keys), len(set(keys))) == (2, 1)
    assert (answer.id, answer.version, answer.etag) == ("h1", 1, '"1"')
    assert (client.tally.requests, client.tally.repeats) == (2, 1)


async def test_two_writes_have_two_keys():
    server = Server(*[httpx2.Response(201, json=THING)] * 2)
    async with api(server) as client:
        for _ in range(2):
            await client.ask(coordinator(), "enrolment", "care-homes")
    assert len({request.headers["Idempotency-Key"] for request in server.requests}) == 2


async def test_a_refusal_is_raised_with_its_code_and_not_asked_again():
    server = Server(no(409, "cohort_full"))
    async with api(server) as client:
        with pytest.raises(Refused) as refused:
            await client.ask(coordinator(), "enrolment", "enrolments/e1:place-home", {"cohort_id": "c1"})
    assert (refused.value.status, refused.value.code) == (409, "cohort_full")


async def test_patience_comes_to_an_end():
    server = Server(*[no(503, "unavailable")] * 99)
    async with api(server, patience_seconds=0.1) as client:
        with pytest.raises(Refused, match="unavailable"):
            await client.ask(coordinator(), "enrolment", "care-homes")


async def test_rows_are_read_through_all_pages():
    pages = [{"items": [{"n": 1}, {"n": 2}], "next": "on"}, {"items": [{"n": 3}], "next": None}]
    server = Server(*[httpx2.Response(200, json=page) for page in pages])
    async with api(server) as client:
        assert [row["n"] for row in await client.rows(coordinator(), "enrolment", "care-homes")] == [1, 2, 3]
    assert [request.url.params.get("cursor") for request in server.requests] == [None, "on"]


async def test_a_stranger_sends_no_token_and_names_the_region():
    server = Server(httpx2.Response(200, json={"items": [], "next": None}))
    async with api(server) as client:
        await client.rows(None, "enrolment", "care-homes")
    assert "Authorization" not in server.requests[0].headers
    assert server.requests[0].headers["Sixsteps-Region"] == "north"


async def test_waiting_takes_what_is_missing_for_not_yet_and_every_other_no_for_a_no():
    found = [Refused(404, {"code": "unknown_thing"}, {}), None, "there"]

    async def look() -> str | None:
        step = found.pop(0)
        if isinstance(step, Refused):
            raise step
        return step

    assert await until(look, "it is there") == "there"
    found.append(Refused(403, {"code": "not_permitted"}, {}))
    with pytest.raises(Refused):
        await until(look, "it is there")


async def test_waiting_ends_and_says_what_did_not_come():
    async def look() -> None:
        return None

    with pytest.raises(NotInTime, match="the portfolio opens"):
        await until(look, "the portfolio opens", seconds=0.01)
