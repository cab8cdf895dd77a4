"""The OpenAPI document of a service, generated from the same declarations as its addresses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from shared.chassis.declarations.access import SIGNED_IN, Access
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.hints import members, parameters
from shared.chassis.declarations.query import Query
from shared.chassis.http import history, refused
from shared.chassis.http import openapi_parts as said
from shared.chassis.http.cards import accesses
from shared.chassis.http.declared import aggregate_at
from shared.chassis.http.lists import UNTIL
from shared.chassis.http.naming import V1, Asked, asked_commands
from shared.chassis.http.openapi_schemas import Schemas
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.queries import place
from shared.chassis.http.refused import RefusedAttempt
from shared.chassis.http.things import visible

Operation = tuple[str, str, dict[str, Any]]
"""Path, method, and what is said about it."""

_OBJECT: Final = {"type": "object"}


def describe(parts: HttpParts) -> Mapping[str, Any]:
    """The document: every address, who may use it, what goes in, what comes out, and how a no looks."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for path, method, operation in _operations(parts, schemas):
        paths.setdefault(_plain(path), {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Six Steps: {parts.service.name}", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {**said.COMPONENTS, "schemas": {**said.SCHEMAS, **schemas.found}},
    }


def _operations(parts: HttpParts, schemas: Schemas) -> Iterator[Operation]:
    for aggregate in parts.service.aggregates:
        for asked in asked_commands(aggregate):
            yield _command(asked, schemas)
        yield from _upload(aggregate, schemas)
    for aggregate in visible(parts):
        yield from _thing(aggregate, schemas)
    yield from _views(parts, schemas)
    yield from _queries(parts, schemas)
    yield from _cards(parts, schemas)
    audit = "Who did what to one thing, for whom, when and why; `subject` names it as its events do."
    extra = [said.query("subject", {"type": "string"}, required=True), *said.PAGED]
    entries = {"200": said.page(said.ref("AuditEntry"))}
    yield history.AUDIT, "get", _operation("audit", "Audit", audit, SIGNED_IN, history.AUDIT, entries, extra=extra)
    if parts.refusals is not None:
        page = {"200": said.page(schemas.answer(RefusedAttempt))}
        summary = "The refused attempts, the newest first: your own, or the region's where your role may see them."
        yield (
            refused.PATH,
            "get",
            _operation("refusals", "ListRefusals", summary, SIGNED_IN, refused.PATH, page, extra=said.PAGED),
        )


def _operation(  # noqa: PLR0913 - what an operation may say
    tag: str,
    name: str,
    summary: str,
    access: Access,
    path: str,
    answers: Mapping[str, Any],
    *,
    extra: Sequence[Mapping[str, Any]] = (),
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    named = [_path_parameter(one) for one in re.findall(r"{(\w+)", path)]
    told: dict[str, Any] = {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "description": said.who_may(access),
        "security": [{}, {"bearer": []}] if access.public else [{"bearer": []}],
        "parameters": [*named, *said.parameters("Region", "Correlation"), *extra],
        "responses": {**answers, **said.NOES, **(said.TOO_OFTEN if access.public else {})},
    }
    if body is not None:
        told["requestBody"] = body
    return told


def _command(asked: Asked, schemas: Schemas) -> Operation:
    aggregate, command = asked.aggregate, asked.command
    answer = said.versioned(schemas.state(aggregate))
    told = _operation(
        aggregate.path,
        command.__name__,
        _summary(command),
        command.asked_by,
        asked.path,
        {"200": answer, "201": said.created(answer)} if command.creates else {"200": answer},
        extra=said.parameters("IdempotencyKey", "IfMatch"),
        body=said.json_body(schemas.body(command, aggregate.id_field)),
    )
    return asked.path, "post", told


def _upload(aggregate: Aggregate[Any, Any, Any, Any], schemas: Schemas) -> Iterator[Operation]:
    attachment = aggregate.attachment
    if attachment is None or attachment.command.asked_by.internal:
        return
    path = f"{V1}/{aggregate.path}/{{id:key}}/files"
    yield path, "post", _operation(
        aggregate.path,
        attachment.command.__name__,
        _summary(attachment.command),
        attachment.command.asked_by,
        path,
        {"200": said.versioned(schemas.state(aggregate))},
        extra=[*said.parameters("IdempotencyKey", "IfMatch"), said.query("name", {"type": "string"})],
        body=said.file_body(attachment.media_types),
    )  # fmt: skip


def _thing(aggregate: Aggregate[Any, Any, Any, Any], schemas: Schemas) -> Iterator[Operation]:
    place_of, tag, name = f"{V1}/{aggregate.path}/{{id:key}}", aggregate.path, aggregate.state.__name__
    looks = [
        ("", "Get", "What it is now.", said.versioned(schemas.state(aggregate))),
        ("/history", "History", "Who did what to it, when.", said.page(said.ref("Entry"))),
        ("/documents/{document_id:key}", "Document", "A text that belongs to it.", said.answer(said.ref("Document"))),
    ]
    if aggregate.attachment is not None:
        content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        looks.append(("/files/{file_id:key}", "File", "A file.", {"description": "The file.", "content": content}))
    for below, kind, summary, answer in looks:
        paged = kind == "History"
        access = aggregate.audited_by if paged else aggregate.read_by
        extra = said.PAGED if paged else said.parameters("IfNoneMatch") if not below else ()
        noes = {"304": {"description": "It is still that version."}} if not below else {}
        path = place_of + below
        yield path, "get", _operation(tag, f"{kind}{name}", summary, access, path, {"200": answer, **noes}, extra=extra)


def _views(parts: HttpParts, schemas: Schemas) -> Iterator[Operation]:
    for view in parts.service.views:
        if view.read_by.internal:
            continue
        row = _OBJECT if view.present else schemas.answer(view.row)
        filters = [said.query(name, schemas.field(view.row, name)) for name in view.filters]
        if view.until is not None:
            filters.append(said.query(UNTIL, schemas.field(view.row, view.until)))
        extra = [*filters, *said.PAGED]
        path, name = f"{V1}/{view.path}", _camel(view.path)
        summary = _summary(view.row)
        page = {"200": said.page(row)}
        yield path, "get", _operation(view.path, f"List{name}", summary, view.read_by, path, page, extra=extra)
        if aggregate_at(parts.service, view.path) is None:
            one = f"{path}/{{id:key}}"
            answer = {"200": said.answer(row)}
            yield one, "get", _operation(view.path, f"One{name}", summary, view.read_by, one, answer)


def _queries(parts: HttpParts, schemas: Schemas) -> Iterator[Operation]:
    for query in parts.service.queries:
        if query.read_by.internal:
            continue
        path = place(query)
        named = frozenset(re.findall(r"{(\w+)", path))
        extra, body = [], None
        if query.method == "POST":
            body = said.json_body(schemas.body(query.question, *named))
        else:
            extra = [
                said.query(name, schemas.field(query.question, name), required=field.is_required())
                for name, field in query.question.model_fields.items()
                if name not in named
            ]
        answer = {"200": _query_answer(query, schemas)}
        told = _operation(
            query.path.split("/")[0], query.answer.__name__, _summary(query.question), query.read_by, path, answer,
            extra=extra, body=body,
        )  # fmt: skip
        yield path, query.method.lower(), told


def _query_answer(query: Query, schemas: Schemas) -> Mapping[str, Any]:
    if query.media_type is not None:
        content = {query.media_type: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "The file.", "content": content}
    return said.answer(_answer_of(query.answer, schemas))


def _answer_of(answer: Any, schemas: Schemas) -> Mapping[str, Any]:
    parameters(answer)
    model = members(answer.__annotations__.get("return"))[0]
    return schemas.answer(model) if isinstance(model, type) and issubclass(model, BaseModel) else _OBJECT


def _cards(parts: HttpParts, schemas: Schemas) -> Iterator[Operation]:
    book = parts.service.cards
    if book is None or parts.owner is None or book.owner != parts.service.name:
        return
    card = schemas.card(book.card)
    answer, body = said.versioned(card), said.json_body(schemas.body(book.card))
    for method, access in accesses(book).items():
        if access.internal:
            continue
        path = f"{V1}/{book.path}" + ("" if method == "POST" else "/{id:key}")
        answers: dict[str, Mapping[str, Any]] = {
            "POST": {"201": said.created(answer)},
            "DELETE": {"204": {"description": "Erased, for good."}},
        }
        headers = ("IdempotencyKey",) if method == "POST" else ("IfMatch",) if method != "GET" else ()
        told = _operation(
            book.path, f"{method.title()}{book.card.__name__}", _summary(book.card), access, path,
            answers.get(method, {"200": answer}), extra=said.parameters(*headers),
            body=body if method in ("POST", "PUT") else None,
        )  # fmt: skip
        yield path, method.lower(), told


def _path_parameter(name: str) -> Mapping[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": said.KEY}


def _plain(path: str) -> str:
    return path.replace(":key}", "}")


def _summary(declared: type[Any]) -> str:
    return " ".join((declared.__doc__ or declared.__name__).split("\n\n")[0].split())


def _camel(path: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"\W+", path))
