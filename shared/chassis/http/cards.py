"""Contact cards at their owner: `POST /v1/<path>` makes a person; `PUT`, `GET` and `DELETE` keep, tell and erase.

A card is state: the last value wins, and erasing is for good.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.identity import derived_id
from shared.chassis.failures import IdempotencyMismatch, UnknownThing, VersionMismatch
from shared.chassis.http import answers
from shared.chassis.http.asking import cause_of, expected_of, fingerprint_of
from shared.chassis.http.bodies import read_object
from shared.chassis.http.fields import from_json
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts, KnownCard, Owner
from shared.chassis.http.places import Place
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.ports import Change, Collided

ASKED: Final = "cards_asked"
"""One document per person made here: { _id: person id, fingerprint, revision }, so that a repeat is known as one."""


def routes(parts: HttpParts) -> list[Place]:
    """The addresses of the cards, where this service owns them."""
    book, owner = parts.service.cards, parts.owner
    if book is None or owner is None or book.owner != parts.service.name:
        return []
    cards = _Cards(parts, book, owner)
    place, one = f"{V1}/{book.path}", f"{V1}/{book.path}/{{id:key}}"
    found = []
    if not book.written_by.internal:
        found += [
            Place(place, cards.make, methods=["POST"]),
            Place(one, cards.change, methods=["PUT"]),
            Place(one, cards.erase, methods=["DELETE"]),
        ]
    if not book.read_by.internal:
        found.append(Place(one, cards.show, methods=["GET"]))
    return found


class _Cards:
    def __init__(self, parts: HttpParts, book: CardBook, owner: Owner) -> None:
        self._parts = parts
        self._book = book
        self._owner = owner

    async def make(self, request: Request) -> Response:
        who = await visitor(request, self._parts, self._book.written_by)
        fields, region, cause = await self._fields(request), who.region(), cause_of(request, who)
        person_id = derived_id("person", cause)
        who.permit(None, person_id)
        if not await self._made_before(person_id, fingerprint_of(request, fields)):
            await self._put_first(person_id, fields, region)
            await self._parts.store.write(ASKED, [Change(person_id, {"made": True})])
        known = await self._owner.read(person_id)
        if known is None:
            raise UnknownThing
        fields, revision = known.fields, known.revision
        answer = answers.of_version(request, _shown(person_id, fields, revision), revision, 201)
        answer.headers["Location"] = f"{V1}/{self._book.path}/{person_id}"
        return answer

    async def change(self, request: Request) -> Response:
        who = await visitor(request, self._parts, self._book.written_by)
        fields = await self._fields(request)
        person_id, known = await self._known(request, who)
        revision = await self._owner.put(person_id, fields, known.region, expected_of(request))
        return answers.of_version(request, _shown(person_id, fields, revision), revision)

    async def show(self, request: Request) -> Response:
        who = await visitor(request, self._parts, self._book.read_by)
        person_id, known = await self._known(request, who)
        return answers.of_version(request, _shown(person_id, known.fields, known.revision), known.revision)

    async def erase(self, request: Request) -> Response:
        who = await visitor(request, self._parts, self._book.written_by)
        person_id, known = await self._known(request, who)
        self._must_match(request, known)
        # The fingerprint of what was said first: who has died in between is asked to erase once more.
        await self._parts.store.write(ASKED, [Change(person_id, {"fingerprint": None})])
        await self._owner.erase(person_id, known.region)
        return Response(status_code=204)

    async def _put_first(self, person_id: str, fields: Mapping[str, Any], region: str) -> None:
        """Keep the card if there is none yet: a try that died may have kept it, and others have gone on from there."""
        try:
            await self._owner.put(person_id, fields, region, expected=0)
        except VersionMismatch:
            return

    async def _fields(self, request: Request) -> Mapping[str, Any]:
        body = await read_object(request, self._parts.max_body_bytes)
        return from_json(self._book.card, body).model_dump(mode="json")

    async def _known(self, request: Request, who: Visitor) -> tuple[str, KnownCard]:
        person_id = request.path_params["id"]
        known = await self._owner.read(person_id)
        if known is None or not who.sees(known.region):
            raise UnknownThing
        who.permit(None, person_id)
        return person_id, known

    def _must_match(self, request: Request, known: KnownCard) -> None:
        expected = expected_of(request)
        if expected is not None and expected != known.revision:
            raise VersionMismatch(version=known.revision)

    async def _made_before(self, person_id: str, fingerprint: str) -> bool:
        """Whether this request already made the person. Raises IdempotencyMismatch when another one did."""
        try:
            await self._parts.store.insert(ASKED, {"_id": person_id, "fingerprint": fingerprint, "made": False})
        except Collided:
            asked = (await self._parts.store.get(ASKED, [person_id])).get(person_id, {})
            if asked.get("fingerprint") is None:
                raise UnknownThing from None
            if asked["fingerprint"] != fingerprint:
                raise IdempotencyMismatch from None
            return bool(asked["made"])
        return False


def _shown(person_id: str, fields: Mapping[str, Any], revision: int) -> Mapping[str, Any]:
    return {**fields, "id": person_id, "version": revision}


def accesses(book: CardBook) -> Mapping[str, Access]:
    """Who may do what with a card, by method."""
    return {"POST": book.written_by, "PUT": book.written_by, "DELETE": book.written_by, "GET": book.read_by}
