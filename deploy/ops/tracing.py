"""What one request has led to, through all services: commands, events, reactions, in the order they were recorded."""

import re
from collections.abc import Callable
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

_REQUEST = re.compile(r"(?:POST|PUT|DELETE) /v1/")
_KEYED = re.compile(r"((?:POST|PUT|DELETE) /v1/.+?):[0-9a-f]{32,}(:.+)?$")
_KINDS = {"event": "reaction", "deadline": "deadline"}


@dataclass(frozen=True)
class TracedStep:
    """One thing that happened: a commit with its events, a refusal, or a message that a reader could not take.

    `asked_by`: a person's request, a policy, a deadline or an errand; `after`: what led here directly (a request's
    key, an event's id).
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
    steps = [_commit(service, commit) for commit in await store.find(JOURNAL, carries)]
    steps += [_refusal(service, refused) for refused in await store.find(REFUSALS, carries)]
    return steps + [_parked(service, parked) for parked in await store.find(PARKED, carries)]


def _commit(service: str, commit: Document) -> TracedStep:
    return TracedStep(
        at=commit["at"],
        service=service,
        kind="commit",
        stream=f"{commit['stream']}:{commit['revision']}",
        asked_by=asked_by(commit["cause"]),
        after=commit["causation"],
        events=[event["type"] for event in commit["events"]],
        event_ids=[event["id"] for event in commit["events"]],
        relayed=commit["relayed"],
    )


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
    """By time; at the same moment, what led to something comes before it."""
    made_by = {id_: step for step in found for id_ in step.event_ids}

    def depth(step: TracedStep) -> int:
        before, steps = made_by.get(step.after or ""), 0
        while before is not None and steps < len(found):
            before, steps = made_by.get(before.after or ""), steps + 1
        return steps

    return sorted(found, key=lambda step: (step.at, depth(step)))
