"""Feature rows of who sees what: regions never meet, and every role does what it was declared to do, no more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from deploy.demo.journey.who import Who, coordinator
from deploy.services import NAMES, manifest
from services.enrolment.domain.cohort import OpenCohort
from shared.chassis.declarations.access import ANYBODY, Access, Reach
from shared.chassis.declarations.service import Service
from shared.chassis.http.declared import Undeclared, check
from shared.events import roles
from tests.support.acceptance_region import Region
from tests.support.askers import bearer_of
from tests.support.asking import Asker
from tests.support.described import Operation, operations
from tests.support.explained import FOR_OPERATORS, explained, plain
from tests.support.routes import app_for_looking
from tests.support.settled_region import Settled

ROLES = (
    roles.COORDINATOR,
    roles.FACILITATOR,
    roles.MANAGER,
    roles.REPRESENTATIVE,
    roles.MEMBER,
    roles.OPERATOR,
    "stranger",
)
OF_THEIR_OWN = {
    "/v1/facilitators",
    "/v1/members:invite",
    "/v1/interests",
    "/v1/gathering-interests",
    "/v1/recipients",
}
"""Whoever asks this makes something, in their own region, where it may then be seen."""
OWN_PARAMETERS = {"messages/{message_id}/why": "messages", "portfolios/{portfolio_id}/progress": "portfolios"}


async def described(asker: Asker) -> list[Operation]:
    return [operation for name in NAMES for operation in operations(name, await asker.openapi(name))]


async def ask(asker: Asker, operation: Operation, path: str, bearer: str | None, **headers: str):
    more = {"json": operation.smallest()} if operation.body is not None else {}
    if operation.media and operation.body is None:
        more = {"content": b"%PDF-1.4", "params": {"name": "a.pdf"}}
    elif operation.required:
        more["params"] = operation.question()
    return await asker.send(operation.method, operation.service, path, token=bearer, headers=headers, **more)


def placed(operation: Operation, ids: Mapping[str, str]) -> str | None:
    """The operation's path on what is there, or None where nothing of the kind is."""
    key = ids.get(operation.collection)
    return operation.at(**dict.fromkeys(operation.names[:1], key)) if key else None


async def test_O05_no_route_shows_or_changes_what_belongs_to_another_region(here: Settled, asker: Asker):
    region = here.region
    ids = here.ids
    foreign = Who(here.member.person_id, ROLES[:-1], f"{region.name}-abroad", (here.home.id,))
    native = Who(here.member.person_id, ROLES[:-1], region.name, (here.home.id,))
    before = [(await region.api.get(native, *each)).body for each in looks(ids)]
    reached = set()
    for operation in await described(asker):
        if not operation.names:
            continue
        path = placed(operation, ids)
        assert path, f"there is no {operation.collection} to try {operation.path} on"
        answer = await ask(asker, operation, path, bearer_of(region, foreign))
        if operation.service == "notifications" and operation.path.endswith(":preview"):
            assert answer.json()["code"] == "template_unknown", answer.text
        assert answer.status_code == 404, f"{operation.method} {path}: {answer.text}"
        reached.add(operation.collection)
    assert len(reached) > 15
    assert [(await region.api.get(native, *each)).body for each in looks(ids)] == before


def looks(ids: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where each thing can be looked at: by its service and path."""
    return [
        (name, f"{aggregate.path}/{ids[aggregate.path]}")
        for name in NAMES
        for aggregate in manifest(name).aggregates
        if not (aggregate.across_regions or aggregate.read_by.internal) and aggregate.path in ids
    ]


async def test_O05_no_list_and_no_new_thing_reaches_into_another_region(here: Settled, asker: Asker):
    region = here.region
    foreign = Who(here.member.person_id, ROLES[:-1], f"{region.name}-abroad", (here.home.id,))
    public = {"/v1/packaged-templates", "/v1/sharing-consent-wordings", "/v1/eligibility-rules"}
    for operation in await described(asker):
        if operation.names or operation.path in public:
            continue
        if operation.method == "POST" and operation.path in OF_THEIR_OWN:
            continue
        answer = await ask(asker, operation, operation.path, bearer_of(region, foreign))
        if operation.path == "/v1/refusals":
            assert {each["actor"] for each in answer.json()["items"]} <= {foreign.person_id}
        elif operation.path == "/v1/audit":
            assert answer.status_code == 404
        elif operation.path == "/v1/directory-export":
            assert answer.text.count("\n") == 1  # the head of the table
        elif operation.method == "GET":
            assert answer.json()["items"] == [], operation.path
    for service, path, body, code in new_things(here):
        answer = await asker.send("POST", service, f"/v1/{path}", token=bearer_of(region, foreign), json=body)
        assert answer.json().get("code") == code, f"{path}: {answer.status_code} {answer.text}"


def new_things(here: Settled) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """What would be made of things of this region: service, path and body; and the word for their not being there."""
    cohort, home = here.cohort, {"home_id": here.home.id}
    yield "enrolment", "enrolments", {**home, "pathway": "care-homes", "applicant_person_id": "ann"}, "home_not_found"
    dated = {"area": "A", "capacity": 1, "starts_on": "2026-02-02"}
    yield "enrolment", "cohorts", {"name": "A", "version_id": cohort.version_id, **dated}, "version_unknown"
    times = {"starts_at": "2026-02-02T10:00:00Z", "ends_at": "2026-02-02T12:00:00Z"}
    yield "enrolment", "workshops", {"cohort_id": cohort.id, "code": "ON", **times}, "unknown_thing"
    item = {**home, "portfolio_id": here.ids["portfolios"], "requirement_key": "on-role"}
    yield "portfolio", "evidence", item, "requirements_not_here_yet"


async def test_O05_a_token_of_one_region_cannot_ask_for_another_by_the_header(region: Region, asker: Asker):
    bearer = bearer_of(region, coordinator("cora", f"{region.name}-abroad"))
    answer = await asker.send(
        "GET", "enrolment", "/v1/care-homes", token=bearer, headers={"Sixsteps-Region": region.name}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "region_not_yours")


def reaches(access: Access, role: str) -> set[Reach]:
    return {grant.within for grant in access.grants if grant.role in (role, ANYBODY)}


async def test_S04_every_route_lets_in_the_roles_that_were_declared_and_no_other(region: Region, asker: Asker):
    tried = 0
    for operation in await described(asker):
        access = explained(manifest(operation.service))[operation.method, operation.path]
        for role in ROLES:
            bearer = bearer_of(region, Who("nobody", (role,), region.name))
            answer = await ask(asker, operation, operation.at(), bearer)
            about = f"{role}: {operation.method} {operation.path}: {answer.status_code} {answer.text}"
            if access.signed_in or access.public or reaches(access, role):
                assert answer.status_code != 401, about
                assert answer.status_code < 500, about
                assert answer.status_code != 403 or answer.json()["code"] != "not_permitted" or own(access, role), about
            else:
                assert (answer.status_code, answer.json().get("code")) == (403, "not_permitted"), about
            tried += 1
        unknown = await ask(asker, operation, operation.at(), None)
        assert access.public or unknown.status_code == 401, operation.path
    assert tried > 700


def own(access: Access, role: str) -> bool:
    """Whether the role reaches no further than what is its own, so that a strange thing is refused it."""
    return not access.signed_in and "region" not in reaches(access, role)


async def test_S04_a_role_that_reaches_its_own_only_is_kept_from_what_belongs_to_others(here: Settled, asker: Asker):
    region, ids = here.region, here.ids
    mine, kept = 0, 0
    for operation in await described(asker):
        access = explained(manifest(operation.service))[operation.method, operation.path]
        path = placed(operation, ids)
        if not operation.names or len(operation.names) > 1 or not path or operation.path.endswith("/files"):
            continue
        for role in ROLES[:-1]:
            if not reaches(access, role) or not own(access, role):
                continue
            other = await ask(
                asker, operation, path, bearer_of(region, Who("stranger", (role,), region.name, ("h-2",)))
            )
            about = f"{role}: {operation.method} {path}: {other.status_code} {other.text}"
            assert other.status_code in (403, 404), about
            kept += 1
            if operation.method == "GET" and owner(operation, here, role) is not None:
                bearer = bearer_of(region, replace(here.member, roles=(role,)))
                assert (await ask(asker, operation, path, bearer)).status_code == 200, about
                mine += 1
    assert kept > 30
    assert mine > 10


def owner(operation: Operation, here: Settled, role: str) -> str | None:
    """The person to whom the thing belongs, where it belongs to the home or to this very person."""
    of_the_home = {"care-homes", "enrolments", "portfolios", "evidence", "accreditations"}
    of_the_person = {"members", "people", "gathering-interests"}
    belongs = operation.collection in of_the_home or operation.collection in of_the_person
    return here.member.person_id if belongs else None


@pytest.mark.parametrize("name", NAMES)
def test_S04_no_route_is_served_that_no_declaration_explains(name: str):
    service = manifest(name)
    assert set(served(app_for_looking(service))) == set(explained(service))


def test_S04_a_route_that_nobody_declared_would_be_noticed():
    app = app_for_looking(manifest("network"))
    app.add_api_route("/v1/members/{id}/secrets", lambda: None, methods=["GET"])
    assert set(served(app)) != set(explained(manifest("network")))


def served(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.router.routes:
        path = plain(route.path)  # type: ignore[attr-defined]  # FastAPI's routes have both
        if path not in FOR_OPERATORS:
            yield from ((method, path) for method in route.methods if method != "HEAD")  # type: ignore[attr-defined]  # FastAPI's routes have both


def test_S04_a_command_without_a_declaration_keeps_the_service_from_starting(monkeypatch: pytest.MonkeyPatch):
    service: Service = manifest("enrolment")
    check(service)
    monkeypatch.delattr(OpenCohort, "asked_by")
    with pytest.raises(Undeclared, match="OpenCohort"):
        app_for_looking(service)
