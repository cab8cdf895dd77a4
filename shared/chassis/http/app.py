"""The HTTP side of a service, made out of its declarations."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from shared.chassis.http import cards, commands, files, history, lists, operations, queries, refused, things
from shared.chassis.http.declared import check
from shared.chassis.http.edge import Edge
from shared.chassis.http.openapi import describe
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Gate
from shared.chassis.http.problems import answer_problems, of_closure
from shared.chassis.read_only import ReadOnly


def build_app(parts: HttpParts) -> FastAPI:
    """The app that serves everything the service declares. Raises Undeclared when it may not start."""
    check(parts.service)
    shut = gate(ReadOnly(parts.store))
    app = FastAPI(
        title=parts.service.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
        middleware=[Middleware(Edge, registry=parts.registry, tracer=parts.tracer)],
    )
    answer_problems(app)
    app.router.routes.extend(operations.routes(parts, describe(parts)))
    # the more particular address first
    for part in (queries, refused, lists, cards, commands, files, history, things):
        places = part.routes(parts)
        for place in places if part in (cards, commands, files) else ():
            place.gate = shut
        app.router.routes.extend(places)
    return app


def gate(read_only: ReadOnly) -> Gate:
    """Lets nobody write while the service is read-only. Raises Problem 503 with the reason."""

    async def passed() -> None:
        closed = await read_only.closed()
        if closed is not None:
            raise of_closure(closed.reason)

    return passed
