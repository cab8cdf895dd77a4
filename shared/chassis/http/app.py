"""The HTTP side of a service, made out of its declarations."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from shared.chassis.http import cards, commands, files, lists, operations, queries, refused, things
from shared.chassis.http.declared import check
from shared.chassis.http.edge import Edge
from shared.chassis.http.openapi import describe
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.problems import answer_problems


def build_app(parts: HttpParts) -> FastAPI:
    """The app that serves everything the service declares. Raises Undeclared when it may not start."""
    check(parts.service)
    app = FastAPI(
        title=parts.service.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
        middleware=[Middleware(Edge, service=parts.service.name, registry=parts.registry)],
    )
    answer_problems(app)
    app.router.routes.extend(operations.routes(parts, describe(parts)))
    for part in (queries, refused, lists, cards, commands, files, things):  # the more particular address first
        app.router.routes.extend(part.routes(parts))
    return app
