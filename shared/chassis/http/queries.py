"""Questions that neither an aggregate nor a view answers: parameters or a body in, an answer out, nothing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.facts import Look
from shared.chassis.declarations.query import Download, Query, Told
from shared.chassis.declarations.state import State
from shared.chassis.declarations.view import Row, View
from shared.chassis.failures import UnknownThing
from shared.chassis.http import answers
from shared.chassis.http.bodies import read_object
from shared.chassis.http.fields import from_json, from_words, unknown_parameters
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.reading.projections import view_collection

S = TypeVar("S", bound=State)
R = TypeVar("R", bound=Row)


class ViewersTools:
    """What a query may look things up with, bound to the viewer's regions: the rest does not exist for them."""

    look: Look

    def __init__(self, parts: HttpParts, who: Visitor) -> None:
        self.parts = parts
        self.who = who
        self.look = self._look

    async def _look(self, state: type[S], thing_id: str) -> S | None:
        """The state of the thing, or None. Raises LookupError for a state of no aggregate here."""
        aggregate = self._aggregate(state)
        found = await self.parts.handling.stored(aggregate, thing_id)
        if found is None or not (aggregate.across_regions or self.who.sees(found.region)):
            return None
        return found.state if isinstance(found.state, state) else None

    def _aggregate(self, state: type[State]) -> Aggregate[Any, Any, Any, Any]:
        aggregate = next((row for row in self.parts.service.aggregates if row.state is state), None)
        if aggregate is None:
            raise LookupError(f"{state.__name__} is the state of no aggregate of {self.parts.service.name}")
        return aggregate

    async def history(self, state: type[State], thing_id: str) -> Sequence[Told]:
        """What happened to the thing, oldest first. Raises LookupError for a state of no aggregate here."""
        aggregate = self._aggregate(state)
        commits = await self.parts.handling.history(aggregate, thing_id)
        catalogue = Catalogue(aggregate.events)
        theirs = (commit for commit in commits if self.who.sees(commit["region"]))
        return [told for commit in theirs for told in _told(commit, catalogue)]

    async def rows(self, view: View[R], **equal: str) -> Sequence[R]:
        """The rows of the view with these values, in its order."""
        where = {"region": {"$in": sorted(self.who.regions)}, "row": {"$ne": None}}
        where |= {f"row.{name}": value for name, value in equal.items()}
        order = [(f"row.{view.order}", 1), ("_id", 1)]
        found = await self.parts.store.find(view_collection(view.path), where, order=order)
        return [view.row.model_validate(document["row"]) for document in found]

    def within(self, region: str) -> "ViewersTools":
        """The same tools for this region alone. Raises UnknownThing when the viewer may not see it."""
        if not self.who.sees(region):
            raise UnknownThing
        return ViewersTools(self.parts, replace(self.who, regions=frozenset({region}), any_region=False))

    async def file(self, file_id: str) -> bytes | None:
        """A file, or None when it is not there or is not theirs."""
        found = await self.parts.store.fetch_file(file_id)
        if found is None or not self.who.sees(str(found[1]["region"])):
            return None
        return found[0]

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
        who = await visitor(request, parts, query.read_by, anywhere=True)
        question = await _question(request, parts, query)
        found = await query.answer(question, ViewersTools(parts, who))
        who.permit(_named(found, query.unit), _named(found, query.person))
        if isinstance(found, Download):
            return answers.download(found, query.media_type or answers.ANY_TYPE)
        return answers.json(found.model_dump(mode="json"))

    return answer


def _told(commit: Mapping[str, Any], catalogue: Catalogue) -> list[Told]:
    """The events of one commit. One that was written by a newer version of the service is left out."""
    read = [(row["id"], catalogue.read(row["type"], row["data"])) for row in commit["events"]]
    # A person's request is its own cause: what stands there is its correlation id, no event's.
    causation_id = commit["causation"] if commit["actor"]["kind"] == "system" else None
    outside = {"at": commit["at"], "actor_id": commit["actor"]["id"], "causation_id": causation_id}
    return [Told(id=id_, event=event, **outside) for id_, event in read if event is not None]


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
