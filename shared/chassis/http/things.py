"""Questions about one thing: what it is now, and the texts that belong to it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.state import State
from shared.chassis.failures import UnknownThing
from shared.chassis.http import answers
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.requests import Stored

Kind = Aggregate[Any, Any, Any, Any]


def routes(parts: HttpParts) -> list[Place]:
    """The addresses of the things that somebody outside may look at."""
    found: list[Place] = []
    for aggregate in visible(parts):
        place = f"{V1}/{aggregate.path}/{{id:key}}"
        found += [
            Place(place, _thing(parts, aggregate), methods=["GET"]),
            Place(f"{place}/documents/{{document_id:key}}", _document(parts, aggregate), methods=["GET"]),
        ]
    return found


def visible(parts: HttpParts) -> list[Kind]:
    """The aggregates that can be looked at from outside."""
    return [
        aggregate
        for aggregate in parts.service.aggregates
        if not (aggregate.across_regions or aggregate.read_by.internal)
    ]


async def seen(parts: HttpParts, aggregate: Kind, thing_id: str, who: Visitor) -> Stored:
    """The thing with this id, if it exists for them. Raises UnknownThing, and NotPermitted."""
    stored = await parts.handling.stored(aggregate, thing_id)
    if stored is None or not who.sees(stored.region):
        raise UnknownThing
    who.permit(_belonging(stored.state, aggregate.unit), _belonging(stored.state, aggregate.person))
    return stored


def _belonging(state: State, field: str | None) -> str | None:
    return None if field is None else getattr(state, field)


def _thing(parts: HttpParts, aggregate: Kind) -> Any:
    async def show(request: Request) -> Response:
        who = await visitor(request, parts, aggregate.read_by)
        stored = await seen(parts, aggregate, request.path_params["id"], who)
        return answers.of_version(request, answers.thing(stored, who.actor), stored.version)

    return show


def _document(parts: HttpParts, aggregate: Kind) -> Any:
    async def document(request: Request) -> Response:
        who = await visitor(request, parts, aggregate.read_by)
        stored = await seen(parts, aggregate, request.path_params["id"], who)
        kept = await parts.documents.get(request.path_params["document_id"])
        if kept is None or kept.stream != aggregate.stream(stored.thing_id):
            raise UnknownThing
        return answers.json({"id": kept.document_id, "text": kept.text, "redacted": kept.text is None})

    return document
