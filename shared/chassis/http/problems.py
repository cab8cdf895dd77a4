"""RFC 9457 problems: how every no sounds over HTTP. The stable `code` is what a program reads.

A refusal of a rule and a failure of the request itself leave by the same door. No message of an unexpected
exception ever goes out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException

from shared.chassis.declarations.event import NAMESPACE
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.failures import VersionMismatch
from shared.chassis.ports import Unavailable

PROBLEM_JSON: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2
CLOSED_RETRY_AFTER_SECONDS: Final = 60

_STATUS_OF_KIND: Final[Mapping[Kind, int]] = {"conflict": 409, "invalid": 422, "missing": 404, "forbidden": 403}
_BY_STATUS: Final = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("body_too_large", "The body is larger than this service takes."),
}


class Problem(Exception):
    """A no that the HTTP side itself gives, before any rule was asked.

    `code` in snake case, `detail` a sentence without personal values; `pointer` the JSON pointer of the field at
    fault; `errors` one entry per field when there are several.
    """

    def __init__(  # noqa: PLR0913 - what a problem may say
        self,
        status: int,
        code: str,
        detail: str,
        *,
        pointer: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.errors = errors
        self.details = details or {}
        self.headers = dict(headers or {})


def of_refusal(refusal: Refusal) -> Problem:
    """The problem that tells a refusal, as its kind says."""
    status, headers = _STATUS_OF_KIND[refusal.kind], {}
    if isinstance(refusal, VersionMismatch):
        status = 412
        if "version" in refusal.details:
            headers["ETag"] = f'"{refusal.details["version"]}"'
    pointer = None if refusal.field is None else "/" + refusal.field.replace(".", "/")
    return Problem(
        status, refusal.code(), refusal.sentence(), pointer=pointer, details=refusal.details, headers=headers
    )


def of_absence() -> Problem:
    """The problem of a database or key source that does not answer now."""
    sentence = "A part of this service does not answer at the moment. Nothing is lost: ask again, with the same key."
    return Problem(503, "unavailable", sentence, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def of_closure(reason: str) -> Problem:
    """The problem of a service that is read-only for a while."""
    sentence = f"Nothing new is taken at the moment: {reason}. Looking is possible. Ask again later, with the same key."
    return Problem(503, "read_only", sentence, headers={"Retry-After": str(CLOSED_RETRY_AFTER_SECONDS)})


def of_accident() -> Problem:
    """The problem of an exception that nobody foresaw; says nothing about it."""
    return Problem(500, "internal_error", "Something went wrong on our side. It has been recorded.")


def rendered(problem: Problem, correlation_id: str | None) -> Response:
    """The answer that carries the problem."""
    document: dict[str, Any] = {
        "type": f"urn:{NAMESPACE}:problem:{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "correlation_id": correlation_id,
    }
    if problem.pointer is not None:
        document["pointer"] = problem.pointer
    if problem.errors:
        document["errors"] = list(problem.errors)
    if problem.details:
        document["details"] = to_jsonable_python(problem.details, fallback=str)
    return Response(orjson.dumps(document), problem.status, problem.headers, PROBLEM_JSON)


def answer_problems(app: FastAPI) -> None:
    """Let the app answer every foreseen no as a problem."""
    app.add_exception_handler(Problem, _foreseen)
    app.add_exception_handler(Refusal, _foreseen)
    app.add_exception_handler(Unavailable, _foreseen)
    app.add_exception_handler(HTTPException, _by_the_framework)


async def _foreseen(request: Request, failure: Exception) -> Response:
    match failure:
        case Problem():
            problem = failure
        case Refusal():
            problem = of_refusal(failure)
        case _:
            problem = of_absence()
    return rendered(problem, request.scope.get("correlation_id"))


async def _by_the_framework(request: Request, failure: Exception) -> Response:
    status = failure.status_code if isinstance(failure, HTTPException) else 400
    code, detail = _BY_STATUS.get(status, ("bad_request", "The request could not be understood."))
    headers = failure.headers if isinstance(failure, HTTPException) else None
    return rendered(Problem(status, code, detail, headers=headers), request.scope.get("correlation_id"))
