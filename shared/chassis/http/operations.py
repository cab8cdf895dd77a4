"""For who runs the service: alive, ready, measured, described. No token needed, and nothing about anybody told."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.http import answers
from shared.chassis.http.parts import Check, HttpParts
from shared.chassis.http.places import Place

_log = structlog.get_logger(__name__)


def routes(parts: HttpParts, openapi: Mapping[str, Any]) -> list[Place]:
    """The addresses outside `/v1`."""

    async def alive(_: Request) -> Response:
        return answers.json({"status": "alive"})

    async def ready(_: Request) -> Response:
        failing = await failing_checks(parts)
        status = "not_ready" if failing else "ready"
        return answers.json({"status": status, "failing": failing}, 503 if failing else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(parts.registry), media_type=CONTENT_TYPE_LATEST)

    async def described(_: Request) -> Response:
        return answers.json(openapi)

    found = [("/livez", alive), ("/readyz", ready), ("/metrics", metrics), ("/openapi.json", described)]
    return [Place(path, endpoint, methods=["GET"]) for path, endpoint in found] + _published(parts)


async def failing_checks(parts: HttpParts) -> list[str]:
    """The names of the dependencies that do not answer in time, in order."""
    answered = await asyncio.gather(*(_answers(*each, parts.check_seconds) for each in parts.checks.items()))
    return sorted(name for name, fine in zip(parts.checks, answered, strict=True) if not fine)


async def _answers(name: str, check: Check, seconds: float) -> bool:
    try:
        await asyncio.wait_for(check(), seconds)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the dependency is named as failing
        _log.warning("not_ready", waits_for=name, failure=type(failure).__name__)
        return False
    return True


def _published(parts: HttpParts) -> list[Place]:
    """The published language, where there is one."""
    found = []
    asyncapi, schema = parts.asyncapi, parts.schema
    if asyncapi is not None:
        tell = asyncapi

        async def channels(_: Request) -> Response:
            return answers.json(tell())

        found.append(Place("/asyncapi.json", channels, methods=["GET"]))
    if schema is not None:
        find = schema

        async def one(request: Request) -> Response:
            told = find(request.path_params["name"])
            if told is None:
                raise HTTPException(404)
            return answers.json(told)

        found.append(Place("/schemas/{name:path}", one, methods=["GET"]))
    return found
