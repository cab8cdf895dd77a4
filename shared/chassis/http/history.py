"""Who did what to a thing, when and why: its history, and the audit of any stream by its name. Nothing here changes.

Both are pages of the stream's commits, oldest first; the audit tells whom it was for, the reason and the events' ids.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.failures import UnknownThing
from shared.chassis.http.naming import V1
from shared.chassis.http.paging import limit_of, page_of, paging
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.places import Place
from shared.chassis.http.problems import Problem
from shared.chassis.http.reach import visitor
from shared.chassis.http.things import seen, visible
from shared.chassis.requests import Stored

AUDIT: Final = f"{V1}/audit"
Kind = Aggregate[Any, Any, Any, Any]
Entry = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def routes(parts: HttpParts) -> list[Place]:
    """The history of every kind of thing that can be looked at, and the one address of the audit."""
    found = [
        Place(f"{V1}/{aggregate.path}/{{id:key}}/history", _history(parts, aggregate), methods=["GET"])
        for aggregate in visible(parts)
        if not aggregate.audited_by.internal
    ]
    return [*found, Place(AUDIT, _audit(parts), methods=["GET"])]


def _history(parts: HttpParts, aggregate: Kind) -> Any:
    async def history(request: Request) -> Response:
        who = await visitor(request, parts, aggregate.audited_by)
        stored = await seen(parts, aggregate, request.path_params["id"], who)
        return await _page(parts, request, stored, _told)

    return history


def _audit(parts: HttpParts) -> Any:
    async def audit(request: Request) -> Response:
        await visitor(request, parts, SIGNED_IN)
        aggregate, thing_id = _subject(parts, request)
        who = await visitor(request, parts, aggregate.audited_by)
        stored = await seen(parts, aggregate, thing_id, who)
        return await _page(parts, request, stored, _audited, "subject")

    return audit


def _subject(parts: HttpParts, request: Request) -> tuple[Kind, str]:
    """The thing that `subject` names, as events name it. Raises UnknownThing, and Problem 422 without one."""
    subject = request.query_params.get("subject")
    if subject is None:
        raise Problem(422, "subject_missing", "Say by `subject` whose audit you want, as an event names it.")
    for aggregate in sorted(visible(parts), key=lambda one: len(one.name), reverse=True):
        thing_id = subject.removeprefix(f"{aggregate.name}-")
        if thing_id != subject and not aggregate.audited_by.internal:
            return aggregate, thing_id
    raise UnknownThing


async def _page(parts: HttpParts, request: Request, stored: Stored, entry: Entry, *names: str) -> Response:
    words = paging(request, *names)
    limit, listed = limit_of(words.get("limit")), f"{request.url.path} {stored.thing_id}"
    after = parts.cursors.read(words["cursor"], listed)[0] if "cursor" in words else 0
    commits = await parts.handling.history(stored.aggregate, stored.thing_id, after, limit + 1)
    shown = commits[:limit]
    following = None
    if len(commits) > limit:
        following = parts.cursors.spelled(shown[-1]["revision"], stored.thing_id, listed)
    return page_of(request, [entry(commit) for commit in shown], following)


def _told(commit: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "revision": commit["revision"],
        "at": commit["at"],
        "actor": commit["actor"],
        "command": commit.get("command"),
        "events": [{"type": event["type"], "data": event["data"]} for event in commit["events"]],
    }


def _audited(commit: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "subject": commit["stream"],
        "revision": commit["revision"],
        "at": commit["at"],
        "actor": commit["actor"],
        "on_behalf_of": commit.get("on_behalf_of"),
        "command": commit.get("command"),
        "reason": next((event["data"]["reason"] for event in commit["events"] if event["data"].get("reason")), None),
        "events": [{"id": event["id"], "type": event["type"]} for event in commit["events"]],
        "correlation_id": commit["correlation"],
        "causation_id": commit["causation"],
    }
