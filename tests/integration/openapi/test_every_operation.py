"""Every operation of every service, with requests made out of its own description: it does what the description says.

Whoever asks and whatever is asked, the answer is one that is described, and never a 5xx. What was made on the way is
not there for another region; in some services little or nothing is made this way, so that nothing of another region is
seen is shown by `tests/acceptance/test_rows_isolation.py`, in front of a region with one of everything.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from structlog.testing import capture_logs

from deploy.services import NAMES
from shared.events import roles
from tests.integration.openapi.inside import Inside, inside
from tests.support.tokens import token

HOME, ABROAD = "north", "south"
ROLES = (
    roles.COORDINATOR,
    roles.FACILITATOR,
    roles.MANAGER,
    roles.REPRESENTATIVE,
    roles.MEMBER,
    roles.OPERATOR,
)
ASKERS = (*((role,) for role in ROLES), ROLES)
"""Each role alone, and somebody with all of them, who gets past the door."""
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LONG_ENOUGH = 8
"""Characters of an id by which one can be told in a text; callers may choose shorter ones."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 3
DROPPED = frozenset({"authorization", "sixsteps-region", "accept-encoding", "connection", "user-agent"})
CALM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Asked:
    """What was asked so far; `ids` are things that were made at home, by the first part of their path."""

    here: Inside
    loop: asyncio.Runner
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def ask(self, case: "schemathesis.Case[Any]", asker: tuple[str, ...], region: str) -> httpx2.Response:
        """Ask with a token of these roles and this region; the answer must be one that is described."""
        told = case.as_transport_kwargs(base_url="http://here.test")
        told.pop("cookies", None)
        content = told.pop("data", None)
        if told.pop("files", None) is not None:
            content = PDF
        if not isinstance(content, bytes | str | None):
            content = b"".join(content)
        headers = {name: value for name, value in told.pop("headers").items() if name.lower() not in DROPPED}
        homes = self.ids["care-homes"][:1]
        bearer = token(*asker, sub=f"ann-{region}-{'-'.join(asker)}", regions=[region], homes=homes)
        headers |= {"Authorization": f"Bearer {bearer}", "Sixsteps-Region": region}
        response = self.loop.run(self._asked(content=content, headers=headers, **told))
        case.validate_response(response, checks=CHECKS)
        self.statuses[response.status_code] += 1
        return response

    async def _asked(self, **told: Any) -> httpx2.Response:
        request = self.here.client.build_request(**told)
        await request.aread()  # the checks look at it afterwards
        response = await self.here.client.send(request)
        await asyncio.sleep(0)
        return response

    def learn(self, collection: str, response: httpx2.Response) -> None:
        """Remember what was made."""
        if response.status_code == 201:
            self.ids[collection].append(response.json()["id"])


@pytest.fixture(params=NAMES)
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    with asyncio.Runner() as loop:
        opened = inside(request.param, tmp_path)
        with capture_logs():
            yield Asked(loop.run(opened.__aenter__()), loop)
        loop.run(opened.__aexit__(None, None, None))


def operations(document: Mapping[str, Any]) -> "list[schemathesis.APIOperation[Any, Any, Any, Any]]":
    found = schemathesis.openapi.from_dict(dict(document)).get_all_operations()
    return [_loaded(each) for each in found]


def _loaded(found: Any) -> "schemathesis.APIOperation[Any, Any, Any, Any]":
    assert isinstance(found, Ok), f"an operation cannot be loaded: {found.err()}"
    operation: schemathesis.APIOperation[Any, Any, Any, Any] = found.ok()
    return operation


def collection_of(path: str) -> str:
    return path.removeprefix("/v1/").split("/")[0].split(":")[0]


def test_whatever_is_asked_the_answer_is_one_that_is_described(asked: Asked) -> None:
    every = operations(asked.here.document)
    assert every
    for operation in every:
        _ask_at_home(asked, operation)
    for operation in every:
        _ask_abroad(asked, operation)
    print(f"{len(every)} operations: {dict(sorted(asked.statuses.items()))}")  # noqa: T201 - for the report


def _ask_at_home(asked: Asked, operation: "schemathesis.APIOperation[Any, Any, Any, Any]") -> None:
    collection = collection_of(operation.path)

    @given(case=operation.as_strategy(), known=st.booleans())
    @CALM
    def ask(case: "schemathesis.Case[Any]", known: bool) -> None:
        if known and asked.ids[collection] and "id" in case.path_parameters:
            case.path_parameters["id"] = asked.ids[collection][-1]
        for asker in ASKERS:
            asked.learn(collection, asked.ask(case, asker, HOME))

    ask()


def _ask_abroad(asked: Asked, operation: "schemathesis.APIOperation[Any, Any, Any, Any]") -> None:
    """The same things, asked for with the token of another region: they are not there."""
    collection = collection_of(operation.path)
    theirs = {each for ids in asked.ids.values() for each in ids if len(each) >= LONG_ENOUGH}

    @given(case=operation.as_strategy())
    @CALM
    def ask(case: "schemathesis.Case[Any]") -> None:
        named = "id" in case.path_parameters and bool(asked.ids[collection])
        if named:
            case.path_parameters["id"] = asked.ids[collection][-1]
        for asker in ASKERS:
            _hidden(case, asked.ask(case, asker, ABROAD), named, theirs)

    ask()


def _hidden(case: "schemathesis.Case[Any]", response: httpx2.Response, named: bool, theirs: set[str]) -> None:
    """The answer shows nothing of the region that it was not asked in."""
    assert not (named and response.is_success), f"{case.method} {case.path} of another region: {response.text}"
    if case.method == "GET":
        seen = json.dumps(response.json()) if "json" in response.headers.get("content-type", "") else ""
        if case.path == "/v1/refusals":  # what she asked herself names what she asked for
            assert f"ann-{HOME}" not in seen
            return
        assert named or not [each for each in theirs if each in seen], f"{case.path} shows {response.text}"
