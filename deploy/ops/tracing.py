"""What one request has led to, through all services: commands, events, reactions, in the order they were recorded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.service import Service
from shared.chassis.operating import looking
from shared.chassis.ports import Document, Store
from shared.chassis.reading.parking import PARKED
from shared.chassis.refusals import REFUSALS
from shared.chassis.requests import reservation_cause

_REQUEST = re.compile(r"(?:POST|PUT|DELETE) /v1/")
_KEYED = re.compile(r"((?:POST|PUT|DELETE) /v1/.+?):[0-9a-f]{32,}(:.+)?$")
_KINDS = {"event": "reaction", "deadline": "deadline"}


@dataclass(frozen=True)
class TracedStep:
    """One thing that happened: a commit with its events, a refusal, or a message that a reader could not take.

    `asked_by`: a person's request, a policy, a deadline or an errand; `after`: what led here directly (a request's
    key, an event's id); `rests_on`: the reservation that had to be made first, by its place in its stream.
    """

    at: datetime
    service: str
    kind: str
    stream: str
    asked_by: str
    after: str | None
    events: list[str]
    event_ids: list[str]
    relayed: bool
    rests_on: str | None = None


async def traced(
    environments: Environments, correlation: str, find: Callable[[str], Service] = manifest
) -> list[TracedStep]:
    """Everything that carries this correlation id, in order. Raises Unavailable."""
    found: list[TracedStep] = []
    for name, settings in environments.items():
        async with looking(find(name), settings) as at:
            found += await steps_in(at.around.store, name, correlation)
    return in_order(found)


async def steps_in(store: Store, service: str, correlation: str) -> list[TracedStep]:
    """What one service knows of it. Raises Unavailable."""
    carries = {"correlation": correlation}
    commits = await store.find(JOURNAL, carries)
    by_cause = {commit["cause"]: commit for commit in commits}
    steps = [_commit(service, commit, by_cause) for commit in commits]
    steps += [_refusal(service, refused) for refused in await store.find(REFUSALS, carries)]
    return steps + [_parked(service, parked) for parked in await store.find(PARKED, carries)]


def _commit(service: str, commit: Document, by_cause: Mapping[str, Document]) -> TracedStep:
    reservation = by_cause.get(reservation_cause(commit["cause"], commit["stream"]))
    return TracedStep(
        at=commit["at"],
        service=service,
        kind="commit",
        stream=_place(commit),
        asked_by=asked_by(commit["cause"]),
        after=commit["causation"],
        events=[event["type"] for event in commit["events"]],
        event_ids=[event["id"] for event in commit["events"]],
        relayed=commit["relayed"],
        rests_on=_place(reservation) if reservation else None,
    )


def _place(commit: Document) -> str:
    return f"{commit['stream']}:{commit['revision']}"


def _refusal(service: str, refused: Document) -> TracedStep:
    return TracedStep(
        at=refused["at"],
        service=service,
        kind=f"refused: {refused['code']}",
        stream=str(refused.get("stream", "")),
        asked_by=str(refused.get("command", "")),
        after=None,
        events=[],
        event_ids=[],
        relayed=True,
    )


def _parked(service: str, parked: Document) -> TracedStep:
    headers = {name: bytes(value).decode("utf-8", "replace") for name, value in parked["headers"]}
    return TracedStep(
        at=parked["at"],
        service=service,
        kind=f"parked: {parked['code']}",
        stream=str(parked["stream"] or ""),
        asked_by=parked["reader"],
        after=headers.get("ce_id"),
        events=[],
        event_ids=[],
        relayed=True,
    )


def asked_by(cause: str) -> str:
    """Who asked, in words, out of a cause: a request by its address, a policy or errand, a deadline. Never a person."""
    keyed, request = _KEYED.search(cause), _REQUEST.search(cause)
    if cause.startswith("http:") and keyed is not None:
        return f"{keyed[1]} (reservation)" if keyed[2] else keyed[1]
    if cause.startswith("http:") and request is not None:
        return cause[request.start() :].rpartition(":")[0]
    kind, _, rest = cause.partition(":")
    named = rest.partition(":")[2] if kind == "event" else rest.split(":", maxsplit=1)[0]
    return f"{_KINDS.get(kind, kind)} {named}".rstrip()


def in_order(found: list[TracedStep]) -> list[TracedStep]:
    """By time, but never before what led to it, nor a command before its reservation.

    Clocks differ from one process to the next, and a command carries the time at which it was decided, which is before
    its reservation was made.
    """
    made_by = {id_: step for step in found for id_ in step.event_ids}
    places = {(step.service, step.stream): step for step in found if step.kind == "commit"}
    ordered: list[TracedStep] = []
    seen: set[int] = set()

    def put(step: TracedStep | None) -> None:
        if step is None or id(step) in seen:
            return
        seen.add(id(step))
        put(made_by.get(step.after or ""))
        put(places.get((step.service, step.rests_on or "")))
        ordered.append(step)

    for step in sorted(found, key=lambda step: step.at):
        put(step)
    return ordered
