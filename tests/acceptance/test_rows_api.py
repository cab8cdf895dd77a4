"""Feature rows of the HTTP APIs: every no is a problem with a code, and the description is what is served."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.journey.who import Who
from deploy.services import NAMES
from shared.events import roles
from tests.support.acceptance_region import Region
from tests.support.askers import bearer_of
from tests.support.asking import NOES, PROBLEM, Asker
from tests.support.described import Operation, operations
from tests.support.settled_region import Settled

EVERY_ROLE = (
    roles.COORDINATOR,
    roles.FACILITATOR,
    roles.MANAGER,
    roles.REPRESENTATIVE,
    roles.MEMBER,
    roles.OPERATOR,
)
WRONG: Any = [["neither"], {"a": "word"}]
EXAMPLES = 5
WITHDRAWN = {"reason": "other"}
KEY = "Idempotency-Key"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


def everybody(here: Settled) -> str:
    """A token that may do everything in a region where everything is there."""
    return bearer_of(here.region, Who(here.member.person_id, EVERY_ROLE, here.region.name, (here.home.id,)))


async def described(asker: Asker) -> list[Operation]:
    return [operation for name in NAMES for operation in operations(name, await asker.openapi(name))]


async def test_V19_a_field_that_does_not_fit_is_named_by_its_pointer_on_every_command(here: Settled, asker: Asker):
    bearer, fields = everybody(here), 0
    for operation in await described(asker):
        if operation.body is None:
            continue
        path = operation.at(id=here.ids.get(operation.collection, "k-1"))
        for name in (*operation.fields, "a_field_nobody_knows"):
            body = {**operation.smallest(), name: WRONG}
            answer = await asker.send(operation.method, operation.service, path, token=bearer, json=body)
            about = f"{operation.method} {operation.path} {name}: {answer.text}"
            assert answer.status_code == 422, about
            told = answer.json()
            assert told["code"] == "invalid_fields", about
            pointers = [each["pointer"] for each in told["errors"]]
            assert all(pointer.startswith(f"/{name}") for pointer in (told["pointer"], *pointers)), about
            fields += 1
    assert fields > 120


async def test_V19_every_way_of_being_refused_is_told_as_a_problem_with_a_code(here: Settled, asker: Asker):
    bearer, path = everybody(here), f"/v1/enrolments/{here.home.enrolment_id}"
    tried: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("GET", "/v1/enrolments/k-1", {}, 404, "unknown_thing"),
        ("GET", "/v1/nowhere", {}, 404, "not_found"),
        ("PATCH", path, {}, 405, "method_not_allowed"),
        ("GET", "/v1/enrolments?colour=red", {}, 422, "unknown_parameter"),
        ("GET", "/v1/enrolments?limit=0", {}, 422, "invalid_limit"),
        ("GET", "/v1/enrolments?cursor=abc", {}, 422, "invalid_cursor"),
        ("POST", f"{path}:place-home", {"json": {"cohort_id": "another"}}, 409, "enrolment_over"),
        ("POST", f"{path}:place-home", {"content": b"{", "headers": JSON}, 400, "malformed_json"),
        ("POST", f"{path}:place-home", {"content": b"<a/>", "headers": XML}, 415, "content_type_not_supported"),
        ("POST", f"{path}:withdraw", {"json": WITHDRAWN, "headers": {"If-Match": '"1"'}}, 412, "version_mismatch"),
        ("POST", f"{path}:withdraw", {"json": WITHDRAWN, "headers": {"If-Match": "x"}}, 422, "invalid_if_match"),
        ("POST", f"{path}:withdraw", {"json": WITHDRAWN, "headers": {KEY: ""}}, 422, "invalid_idempotency_key"),
    ]  # fmt: skip
    for method, where, more, status, code in tried:
        answer = await asker.send(method, "enrolment", where, token=bearer, **more)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (status, code), (method, where, answer.text)
        assert answer.headers["content-type"] == PROBLEM
        assert told["correlation_id"] == answer.headers["correlation-id"]
        assert told["type"] == f"urn:sixsteps:problem:{code}"
    stranger = await asker.send("GET", "enrolment", path)
    assert (stranger.status_code, stranger.json()["code"]) == (401, "not_signed_in")
    assert "bearer" in stranger.headers["www-authenticate"].lower()
    assert NOES.pointed > 0


JSON = {"Content-Type": "application/json"}
XML = {"Content-Type": "application/xml"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
async def test_V20_a_generated_client_meets_what_the_description_promises(name: str, region: Region, tmp_path: Path):
    address, report = region.platform.running.address(name), tmp_path / "report.json"
    bearer = bearer_of(region, Who(f"client-{region.name}", EVERY_ROLE, region.name))
    words = [
        *("--url", address, "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "1"),
        *("-H", f"Authorization: Bearer {bearer}", "-H", f"Sixsteps-Region: {region.name}"),
        *("--suppress-health-check", "all", "--no-color", "--generation-database", "none"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", *words),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-6000:]
    assert json.loads(report.read_text()) is not None
