"""What the platform answers: a yes with its version, or a no with its stable code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2


@dataclass(frozen=True)
class Answer:
    """A yes: status, body and headers. `id`, `version` and `etag` are those of the thing that was answered."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def id(self) -> str:
        """The id of the thing."""
        found: str = self.body["id"]
        return found

    @property
    def version(self) -> int:
        """Its version."""
        found: int = self.body["version"]
        return found

    @property
    def etag(self) -> str | None:
        """The version as If-Match takes it."""
        return self.headers.get("etag")


class Refused(Exception):
    """A no: HTTP status, stable `code`, the sentence for people, the field's pointer, and details by name."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self.status = status
        self.code = str(problem.get("code", "no_code"))
        self.detail = str(problem.get("detail", ""))
        self.pointer: str | None = problem.get("pointer")
        self.details: Mapping[str, Any] = problem.get("details") or {}
        self.problem = problem
        self.headers = headers
        super().__init__(f"{status} {self.code}: {self.detail} {self.pointer or ''}".strip())


@dataclass
class Tally:
    """How often the client asked, and how often it had to ask again."""

    requests: int = 0
    repeats: int = field(default=0)


def answer_of(response: httpx2.Response) -> Answer:
    """The answer in this response. Raises Refused for a no."""
    headers = dict(response.headers)
    content = response.content
    body = response.json() if content and "json" in headers.get("content-type", "") else content
    if response.is_success:
        return Answer(response.status_code, body, headers)
    raise Refused(response.status_code, body if isinstance(body, Mapping) else {}, headers)
