"""Views over HTTP: pages of rows in a steady order, and one row by its key; scoped to what the viewer may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args, get_origin

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.hints import members
from shared.chassis.declarations.view import View
from shared.chassis.failures import UnknownThing
from shared.chassis.http import answers, cursors
from shared.chassis.http.declared import aggregate_at
from shared.chassis.http.naming import V1
from shared.chassis.http.paging import MAX_LIMIT, limit_of, page_of, paging
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import REGION_HEADER, Visitor, scope, visitor
from shared.chassis.ports import Document
from shared.chassis.reading.projections import view_collection

UNTIL: Final = "until"
LOOKED_AT_MOST: Final = 2_000
"""So many rows one request reads, however few of them its viewer may see."""

_Place = tuple[Any, str]


@dataclass(frozen=True)
class _Page:
    filters: Mapping[str, Any]
    until: Any
    limit: int
    cursor: str | None
    listed: str


def routes(parts: HttpParts) -> list[Place]:
    """The addresses of the views; one row has an address of its own where no aggregate has that path."""
    found = []
    for view in parts.service.views:
        if view.read_by.internal:
            continue
        found.append(Place(f"{V1}/{view.path}", _list(parts, view), methods=["GET"]))
        if aggregate_at(parts.service, view.path) is None:
            found.append(Place(f"{V1}/{view.path}/{{id:key}}", _row(parts, view), methods=["GET"]))
    return found


def _list(parts: HttpParts, view: View[Any]) -> Any:
    kinds = {name: TypeAdapter(_element(view.row.model_fields[name].annotation)) for name in view.filters}
    if view.until is not None:
        kinds[UNTIL] = TypeAdapter(view.row.model_fields[view.until].annotation)

    async def show(request: Request) -> Response:
        who = await visitor(request, parts, view.read_by, anywhere=True)
        page = _page(request, view, kinds)
        shown, following = await _filled(parts, view, who, page)
        return page_of(request, shown, following, _kept(view, who))

    return show


def _row(parts: HttpParts, view: View[Any]) -> Any:
    async def show(request: Request) -> Response:
        who = await visitor(request, parts, view.read_by, anywhere=True)
        key = request.path_params["id"]
        found = (await parts.store.get(view_collection(view.path), [key])).get(key)
        if found is None or found["row"] is None or not who.sees(found["region"]):
            raise UnknownThing
        row = found["row"]
        who.permit(row.get(view.unit) if view.unit else None, row.get(view.person) if view.person else None)
        shown = await _shown(parts, view, who, [found])
        if not shown:
            raise UnknownThing
        return answers.json(shown[0][1], headers=_kept(view, who))

    return show


def _kept(view: View[Any], who: Visitor) -> Mapping[str, str]:
    """What a stranger got may be kept by anybody on the way, for as long as the view says."""
    if not who.stranger or view.public_seconds is None:
        return {}
    return {
        "Cache-Control": f"public, max-age={view.public_seconds}",
        "Vary": f"Authorization, {REGION_HEADER}",
    }


def _page(request: Request, view: View[Any], kinds: Mapping[str, TypeAdapter[Any]]) -> _Page:
    words = paging(request, *kinds)
    filters = {name: _value(name, words[name], kinds[name]) for name in view.filters if name in words}
    until = _value(UNTIL, words[UNTIL], kinds[UNTIL]) if UNTIL in words else None
    asked = [view.path, view.order, filters, *([until] if until is not None else [])]
    listed = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()
    return _Page(filters, until, limit_of(words.get("limit")), words.get("cursor"), listed)


def _value(name: str, word: str, kind: TypeAdapter[Any]) -> Any:
    try:
        found = to_jsonable_python(_in_utc(kind.validate_python(word)))
    except (ValidationError, OverflowError):
        raise Problem(422, "invalid_filter", "That filter has no such value.", details={"name": name}) from None
    if "\0" in word or (isinstance(found, int) and abs(found) >= 2**63):
        raise Problem(422, "invalid_filter", "That filter has no such value.", details={"name": name})
    return found


def _in_utc(value: Any) -> Any:
    """Moments as the rows have them: they are compared as text."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _element(annotation: Any) -> Any:
    """What one value of the field looks like: of a collection, what it collects."""
    for member in members(annotation):
        origin = get_origin(member)
        if isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, Mapping):
            return get_args(member)[0]
    return annotation


async def _filled(parts: HttpParts, view: View[Any], who: Visitor, page: _Page) -> tuple[list[Any], str | None]:
    """A full page, and the cursor of the next: rows that the viewer may not see leave no hole that would tell of them.

    One row more than the page has is looked for, to know whether it goes on. Who would have to read on for too long
    gets what is there, and the cursor to go on with.
    """
    place = None if page.cursor is None else parts.cursors.read(page.cursor, page.listed)
    shown: list[tuple[_Place, Any]] = []
    looked_at, batch = 0, page.limit + 1
    while True:
        found = await _rows(parts, view, who, page, place, batch)
        shown += await _shown(parts, view, who, found)
        if len(shown) > page.limit:
            return [row for _, row in shown[: page.limit]], _cursor(parts, page, shown[page.limit - 1][0])
        if len(found) < batch:
            return [row for _, row in shown], None
        place, looked_at = _place(view, found[-1]), looked_at + batch
        if looked_at >= LOOKED_AT_MOST:
            return [row for _, row in shown], _cursor(parts, page, place)
        batch = MAX_LIMIT


async def _rows(  # noqa: PLR0913 - whose, of what, and from where
    parts: HttpParts, view: View[Any], who: Visitor, page: _Page, place: _Place | None, limit: int
) -> Sequence[Document]:
    wanted: list[Mapping[str, Any]] = [scope(who, view.unit, view.person), {"row": {"$ne": None}}]
    wanted += [{f"row.{name}": value} for name, value in page.filters.items()]
    if page.until is not None:
        wanted.append({f"row.{view.until}": {"$lte": page.until}})
    if place is not None:
        wanted.append(cursors.after(view.order, *place))
    order = [(f"row.{view.order}", 1), ("_id", 1)]
    return await parts.store.find(view_collection(view.path), {"$and": wanted}, order=order, limit=limit)


def _place(view: View[Any], document: Document) -> _Place:
    return document["row"].get(view.order), document["_id"]


def _cursor(parts: HttpParts, page: _Page, place: _Place) -> str:
    return parts.cursors.spelled(*place, page.listed)


async def _shown(
    parts: HttpParts, view: View[Any], who: Visitor, found: Sequence[Document]
) -> list[tuple[_Place, Any]]:
    """What the viewer may see of these rows, each with its place in the list."""
    cards = await _cards(parts, view, who, found)
    shown = ((_place(view, document), _presented(view, who, document, cards)) for document in found)
    return [(place, to_jsonable_python(row)) for place, row in shown if row is not None]


def _presented(view: View[Any], who: Visitor, document: Document, cards: Mapping[str, Any]) -> Any:
    row = view.row.model_validate(document["row"])
    if view.present is None:
        return row.model_dump(mode="json")
    card = cards.get(getattr(row, view.card) or "") if view.card else None
    return view.present(row, card, who.actor)


async def _cards(
    parts: HttpParts, view: View[Any], who: Visitor, found: Sequence[Document]
) -> Mapping[str, Mapping[str, Any]]:
    if view.card is None or view.present is None or parts.copies is None:
        return {}
    people = {document["row"].get(view.card) for document in found} - {None}
    return await parts.copies.get(sorted(people), who.regions) if people else {}
