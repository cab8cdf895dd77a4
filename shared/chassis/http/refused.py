"""Refused attempts over HTTP: everybody their own, and those who may the whole region's; the newest first."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.http import answers
from shared.chassis.http.fields import unknown_parameters
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.ports import Document
from shared.chassis.refusals import RefusalBook

PATH: Final = f"{V1}/refusals"
NEWEST: Final = 200


class RefusedAttempt(BaseModel):
    """An attempt that was refused: who made it, on what, when (UTC), the code, the reason and the field at fault."""

    actor: str
    command: str
    stream: str
    code: str
    reason: str = ""
    field: str | None = None
    at: str
    correlation_id: str


def routes(parts: HttpParts) -> list[Place]:
    """The one address, where the service keeps a book of refusals."""
    if parts.refusals is None:
        return []
    book = parts.refusals

    async def show(request: Request) -> Response:
        who = await visitor(request, parts, SIGNED_IN)
        if request.query_params:
            raise unknown_parameters(sorted(request.query_params))
        found = await _found(book, parts, who)
        return answers.json({"items": [_attempt(entry) for entry in found], "next": None})

    return [Place(PATH, show, methods=["GET"])]


async def _found(book: RefusalBook, parts: HttpParts, who: Visitor) -> list[Document]:
    everybody = {grant.role for grant in parts.service.refusals_read_by.grants if grant.within == "region"}
    where: dict[str, Any] = {"region": {"$in": sorted(who.regions)}}
    if not everybody & who.actor.roles:
        where["actor"] = who.actor.id
    return await book.read(where, NEWEST)


def _attempt(entry: Document) -> Mapping[str, Any]:
    return RefusedAttempt(
        actor=entry["actor"],
        command=entry["command"],
        stream=entry["stream"],
        code=entry["code"],
        reason=entry.get("reason", ""),
        field=entry.get("field"),
        at=entry["at"].isoformat(),
        correlation_id=entry["correlation"],
    ).model_dump()
