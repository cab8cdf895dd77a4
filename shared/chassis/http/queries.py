"""Questions that neither an aggregate nor a view answers: parameters or a body in, an answer out, nothing changed."""

from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.facts import Look
from shared.chassis.declarations.query import Query
from shared.chassis.declarations.state import State
from shared.chassis.http import answers
from shared.chassis.http.bodies import read_object
from shared.chassis.http.fields import from_json, from_words, unknown_parameters
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import Visitor, visitor

S = TypeVar("S", bound=State)


class ViewersTools:
    """What a query may look things up with, bound to the viewer's regions: the rest does not exist for them."""

    look: Look

    def __init__(self, parts: HttpParts, who: Visitor) -> None:
        self.parts = parts
        self.who = who
        self.look = self._look

    async def _look(self, state: type[S], thing_id: str) -> S | None:
        """The state of the thing, or None. Raises LookupError for a state of no aggregate here."""
        aggregate = next((row for row in self.parts.service.aggregates if row.state is state), None)
        if aggregate is None:
            raise LookupError(f"{state.__name__} is the state of no aggregate of {self.parts.service.name}")
        found = await self.parts.handling.stored(aggregate, thing_id)
        if found is None or not (aggregate.across_regions or self.who.sees(found.region)):
            return None
        return found.state if isinstance(found.state, state) else None

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        """The person's contact card, or None."""
        if self.parts.copies is None:
            return None
        return (await self.parts.copies.get([person_id], self.who.regions)).get(person_id)

    async def text(self, document_id: str) -> str | None:
        """A free text, or None when it was redacted or is not theirs."""
        found = await self.parts.documents.get(document_id)
        return found.text if found is not None and self.who.sees(found.region) else None

    def gateway(self, name: str) -> Any:
        """The gateway that the service registered under this name. Raises KeyError."""
        return self.parts.gateways[name]


def place(query: Query) -> str:
    """The query's address; a name in braces takes an id or a code."""
    return f"{V1}/{query.path}".replace("}", ":key}")


def routes(parts: HttpParts) -> list[Place]:
    """The addresses of the queries that somebody outside may ask."""
    return [
        Place(place(query), _answer(parts, query), methods=[query.method])
        for query in parts.service.queries
        if not query.read_by.internal
    ]


def _answer(parts: HttpParts, query: Query) -> Any:
    async def answer(request: Request) -> Response:
        who = await visitor(request, parts.authenticator, query.read_by)
        question = await _question(request, parts, query)
        found = await query.answer(question, ViewersTools(parts, who))
        who.permit(_named(found, query.unit), _named(found, query.person))
        return answers.json(found.model_dump(mode="json"))

    return answer


def _named(answer: Any, field: str | None) -> str | None:
    """Whose the answer is, where the query says which field tells."""
    named: str | None = getattr(answer, field) if field else None
    return named


async def _question(request: Request, parts: HttpParts, query: Query) -> Any:
    named = request.path_params
    if query.method == "POST":
        body = await read_object(request, parts.max_body_bytes)
        taken = sorted(body.keys() & named.keys())
        if taken:
            raise Problem(422, "invalid_fields", "That comes from the address.", pointer=f"/{taken[0]}")
        return from_json(query.question, {**body, **named})
    words = request.query_params
    taken = sorted(words.keys() & named.keys())
    if taken:
        raise unknown_parameters(taken)
    if any("\0" in word for word in words.values()):
        raise Problem(422, "unusable_text", "A parameter has a character that is not taken.")
    several = {name: values if len(values := words.getlist(name)) > 1 else values[0] for name in words}
    return from_words(query.question, {**several, **named})
