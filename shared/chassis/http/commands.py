"""Commands over HTTP: `POST /v1/<path>` where one creates, `POST /v1/<path>/{id}:<verb>` where one changes."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.identity import derived_id
from shared.chassis.http import answers
from shared.chassis.http.asking import asked, cause_of
from shared.chassis.http.bodies import read_object
from shared.chassis.http.fields import from_json
from shared.chassis.http.naming import V1, Asked, asked_commands
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import Visitor, visitor
from shared.chassis.refusals import Attempt
from shared.chassis.requests import Outcome


def routes(parts: HttpParts) -> list[Place]:
    """One address per command that somebody outside may ask."""
    commands = [asked for aggregate in parts.service.aggregates for asked in asked_commands(aggregate)]
    return [
        Place(row.path, (_creation if row.command.creates else _change)(parts, row), methods=["POST"])
        for row in commands
    ]


def _change(parts: HttpParts, row: Asked) -> Any:
    async def change(request: Request) -> Response:
        who = await visitor(request, parts, row.command.asked_by)
        body = await _body(request, parts, row)
        command = await _fitting(parts, request, who, row, {**body, row.aggregate.id_field: request.path_params["id"]})
        ask = asked(request, who, command, body, cause=cause_of(request, who))
        outcome = await parts.handling.handle(ask)
        return answers.of_version(request, answers.thing(outcome.thing, who.actor), outcome.thing.version)

    return change


def _creation(parts: HttpParts, row: Asked) -> Any:
    async def create(request: Request) -> Response:
        who = await visitor(request, parts, row.command.asked_by)
        body, region, cause = await _body(request, parts, row), who.region(), cause_of(request, who)
        field, identity = row.aggregate.id_field, row.aggregate.identity
        command = await _fitting(parts, request, who, row, {**body, field: derived_id(cause)})
        if identity is not None:
            command = from_json(row.command, {**body, field: identity(command, region)})
        ask = asked(request, who, command, body, cause=cause, region=region)
        outcome = await parts.handling.handle(ask)
        created = await _created(parts, row, outcome, cause)
        answer = answers.of_version(
            request, answers.thing(outcome.thing, who.actor), outcome.thing.version, 201 if created else 200
        )
        if created:
            answer.headers["Location"] = f"{V1}/{row.aggregate.path}/{outcome.thing.thing_id}"
        return answer

    return create


async def _body(request: Request, parts: HttpParts, row: Asked) -> Mapping[str, Any]:
    body = await read_object(request, parts.max_body_bytes)
    if row.aggregate.id_field in body:
        pointer = f"/{row.aggregate.id_field}"
        raise Problem(422, "invalid_fields", "The id comes from the address, or is given to you.", pointer=pointer)
    return body


async def _fitting(parts: HttpParts, request: Request, who: Visitor, row: Asked, fields: Mapping[str, Any]) -> Command:
    """The command that was sent. Raises Problem 422 when it does not fit, and keeps that among the refused attempts."""
    try:
        return from_json(row.command, fields)
    except Problem as unfit:
        if parts.refusals is not None:
            await parts.refusals.note(await _attempt(parts, request, who, row, fields, unfit))
        raise


async def _attempt(  # noqa: PLR0913 - everything that is known about it
    parts: HttpParts, request: Request, who: Visitor, row: Asked, fields: Mapping[str, Any], unfit: Problem
) -> Attempt:
    """What is known of it; a field is named only when it is one of the command's, for a stranger may be called so."""
    field = (unfit.pointer or "").removeprefix("/").split("/")[0]
    return Attempt(
        actor=who.actor.id,
        command=row.command.__name__,
        stream=row.aggregate.stream(str(fields[row.aggregate.id_field])),
        code=unfit.code,
        reason=unfit.detail,
        field=field if field in row.command.model_fields else None,
        region=await _region(parts, who, row, str(fields[row.aggregate.id_field])),
        correlation=request.scope["correlation_id"],
    )


async def _region(parts: HttpParts, who: Visitor, row: Asked, thing_id: str) -> str:
    """Where the thing lies, for who has several regions: those of another one must not hear of it."""
    if len(who.regions) > 1:
        stored = await parts.handling.stored(row.aggregate, thing_id)
        if stored is not None and stored.region in who.regions:
            return stored.region
    return min(who.regions, default="")


async def _created(parts: HttpParts, row: Asked, outcome: Outcome, cause: str) -> bool:
    """Whether this very request made the thing, now or when it was asked the first time."""
    if outcome.thing.version != 1:
        return False
    if outcome.new:
        return True
    (first,) = await parts.handling.history(row.aggregate, outcome.thing.thing_id, most=1)
    return bool(first["cause"] == cause)
