"""Files of an aggregate: stored first, then the attachment's command is asked; nothing is kept of a refused file.

A file's id follows from its cause and content. `files` holds one record per file, so that what a crash leaves behind is
found by `sweep_orphan_files`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.aggregate import Aggregate, Attachment
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.failures import UnknownThing
from shared.chassis.holds import Holds, mentions
from shared.chassis.http import answers
from shared.chassis.http.asking import asked, cause_of
from shared.chassis.http.fields import from_json
from shared.chassis.http.naming import V1
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.reach import visitor
from shared.chassis.http.things import seen, visible
from shared.chassis.http.uploads import Upload, read_upload
from shared.chassis.ports import Store
from shared.chassis.requests import Outcome, Stored
from shared.chassis.requests import Request as Ask

FILES: Final = "files"

Kind = Aggregate[Any, Any, Any, Any]


def routes(parts: HttpParts) -> list[Place]:
    """Where files are uploaded, and where they are fetched by who may look at the thing."""
    found = []
    looked_at = visible(parts)
    for aggregate in parts.service.aggregates:
        attachment, place = aggregate.attachment, f"{V1}/{aggregate.path}/{{id:key}}/files"
        if attachment is None:
            continue
        if not attachment.command.asked_by.internal:
            found.append(Place(place, _upload(parts, aggregate, attachment), methods=["POST"]))
        if aggregate in looked_at:
            found.append(Place(f"{place}/{{file_id:key}}", _fetch(parts, aggregate), methods=["GET"]))
    return found


async def sweep_orphan_files(store: Store, now: datetime) -> int:
    """Take away the files to which no commit refers, older than a day; how many there were."""
    holds, gone = Holds(store, FILES), 0
    async for file_id in holds.orphans(now):
        await _drop(store, holds, file_id)
        gone += 1
    return gone


def _upload(parts: HttpParts, aggregate: Kind, attachment: Attachment) -> Any:
    async def upload(request: Request) -> Response:
        who = await visitor(request, parts, attachment.command.asked_by)
        stored = await seen(parts, aggregate, request.path_params["id"], who)  # before anything is read or kept
        file, cause = await read_upload(request, attachment), cause_of(request, who)
        facts = _facts(file, cause)
        command = from_json(attachment.command, {**facts, aggregate.id_field: stored.thing_id})
        ask = asked(request, who, command, facts, cause=cause)
        outcome = await _attach(parts, stored, file, facts, ask)
        return answers.of_version(request, answers.thing(outcome.thing, who.actor), outcome.thing.version)

    return upload


def _facts(file: Upload, cause: str) -> Mapping[str, Any]:
    digest = hashlib.sha256(file.content).hexdigest()
    return {
        "file_id": derived_id("file", cause, digest),
        "file_name": file.name,
        "sha256": digest,
        "size": len(file.content),
        "media_type": file.media_type,
    }


async def _attach(parts: HttpParts, stored: Stored, file: Upload, facts: Mapping[str, Any], ask: Ask) -> Outcome:
    """Keep the file and ask the command; a file whose command is refused is taken away again."""
    holds, file_id, stream = Holds(parts.store, FILES), facts["file_id"], stored.aggregate.stream(stored.thing_id)
    place = {"stream": stream, "region": stored.region}
    holder = await holds.hold({"_id": file_id, **place, "cause": ask.cause}, parts.clock.now())
    await parts.store.keep_file(file_id, file.content, {**facts, **place})
    try:
        return await parts.handling.handle(ask)
    except Refusal:
        if not await holds.referred(stream, ask.cause, file_id) and await holds.let_go(file_id, holder):
            await _drop(parts.store, holds, file_id)
        raise


async def _drop(store: Store, holds: Holds, file_id: str) -> None:
    await store.drop_file(file_id)
    await holds.forget(file_id)


def _fetch(parts: HttpParts, aggregate: Kind) -> Any:
    async def fetch(request: Request) -> Response:
        who = await visitor(request, parts, aggregate.read_by)
        stored = await seen(parts, aggregate, request.path_params["id"], who)
        file_id = request.path_params["file_id"]
        commits = await parts.handling.history(aggregate, stored.thing_id)
        found = await parts.store.fetch_file(file_id) if any(mentions(one, file_id) for one in commits) else None
        # A commit may say any id that somebody sent: the file itself knows to which thing it was given.
        if found is None or found[1].get("stream") != aggregate.stream(stored.thing_id):
            raise UnknownThing
        return _download(*found)

    return fetch


def _download(content: bytes, facts: Mapping[str, Any]) -> Response:
    headers = {**answers.file_headers(str(facts["file_name"])), "ETag": f'"{facts["sha256"]}"'}
    return Response(content, 200, headers, str(facts["media_type"]))
