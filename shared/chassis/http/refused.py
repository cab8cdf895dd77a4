"""Refused attempts over HTTP: everybody their own, and those who may the whole region's; the newest first."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.http.naming import V1
from shared.chassis.http.paging import limit_of, page_of, paging
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.ports import Document
from shared.chassis.refusals import before

PATH: Final = f"{V1}/refusals"


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
        words = paging(request)
        limit, where = limit_of(words.get("limit")), [_theirs(parts, who)]
        if "cursor" in words:
            where.append(before(*parts.cursors.read(words["cursor"], PATH)))
        found = await book.read({"$and": where}, limit + 1)
        following = None
        if len(found) > limit:
            following = parts.cursors.spelled(found[limit - 1]["at"], found[limit - 1]["_id"], PATH)
        return page_of(request, [_attempt(entry) for entry in found[:limit]], following)

    return [Place(PATH, show, methods=["GET"])]


def _theirs(parts: HttpParts, who: Visitor) -> Mapping[str, Any]:
    """What an entry must match to be theirs to see."""
    everybody = {grant.role for grant in parts.service.refusals_read_by.grants if grant.within == "region"}
    region = {"region": {"$in": sorted(who.regions)}}
    return region if everybody & who.actor.roles else {**region, "actor": who.actor.id}


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
