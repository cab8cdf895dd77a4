"""Asks the rules: who may, what is known, what follows. Changes nothing but the texts that a command brings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
from pydantic import BaseModel

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef, Facts, Look
from shared.chassis.declarations.state import State
from shared.chassis.failures import TooLarge, UnknownThing, VersionMismatch
from shared.chassis.ports import Clock
from shared.chassis.requests import Request, reservation_cause
from shared.chassis.streams import Stream
from shared.chassis.wire import MAX_EVENT_BYTES


class Documents(Protocol):
    """Keeps the texts that could name somebody, before the commit that refers to them."""

    async def keep(
        self, command: Command, cause: str, stream: str, region: str, now: datetime
    ) -> Mapping[str, DocumentRef]:
        """Keep every free text of the command; the references by field. Keeping it again changes nothing."""
        ...


@dataclass(frozen=True)
class Decided:
    """What a command comes to on one state of its stream. Without events there is nothing to do."""

    stream: Stream
    events: Sequence[Event]
    state: State
    region: str
    key: str
    at: datetime


class Deciding:
    """Puts a request before the rules of its aggregate."""

    def __init__(self, clock: Clock, documents: Documents, look_in: Callable[[str], Look]) -> None:
        self._clock = clock
        self._documents = documents
        self._look_in = look_in

    async def decide(self, stream: Stream, request: Request) -> Decided:
        """What follows from the command on this state. Raises a Refusal."""
        region = region_of(stream, request)
        if stream.exists:
            permit(stream, stream.state, request)
        self._check_version(stream, request)
        facts = await self._facts(stream, request, region)
        events = tuple(stream.aggregate.decide(stream.state, request.command, facts))
        state = stream.state
        for event in events:
            state = stream.aggregate.evolve(state, event)
        if not stream.exists:
            permit(stream, state, request)
        _check_size(events)
        return Decided(stream, events, state, region, key_of(stream, state), facts.now)

    def _check_version(self, stream: Stream, request: Request) -> None:
        if request.expected is not None and request.expected != stream.tail.revision:
            raise VersionMismatch(version=stream.tail.revision)

    async def _facts(self, stream: Stream, request: Request, region: str) -> Facts:
        row, now = stream.aggregate, self._clock.now()
        texts = await self._documents.keep(request.command, request.cause, stream.name, region, now)
        more = await row.gather(request.command, self._look_in(region), region) if row.gather else {}
        return row.facts_class(now=now, actor=request.actor, region=region, documents=texts, **more)

    def reservation(self, reserve: Callable[[Any, str], Command], stream: Stream, request: Request) -> Request:
        """The request for the command that must be accepted first; asked by the service itself for the same actor."""
        region = stream.region if stream.region in request.actor.regions else request.region
        command = reserve(request.command, region or "")
        return Request(
            command=command,
            cause=reservation_cause(request.cause, stream.name),
            fingerprint=request.fingerprint,
            actor=request.actor,
            region=region,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            trace=request.trace,
        )


def region_of(stream: Stream, request: Request) -> str:
    """Where the thing lives, or will live. Raises UnknownThing for one of another region, or one that is not there."""
    if stream.exists:
        if stream.aggregate.across_regions or stream.region in request.actor.regions:
            return stream.region
        raise UnknownThing
    if request.region is None or not (type(request.command).creates or request.permit is None):
        raise UnknownThing
    return request.region


def permit(stream: Stream, state: State, request: Request) -> None:
    """Let the asker's permission speak about the unit and the person that the thing belongs to."""
    if request.permit is not None:
        row = stream.aggregate
        request.permit(_value(state, row.unit), _value(state, row.person))


def key_of(stream: Stream, state: State) -> str:
    """The key that keeps the stream in one partition: fixed by its first commit."""
    return stream.key or _value(state, stream.aggregate.unit) or stream.name


def _value(model: BaseModel, field: str | None) -> str | None:
    found = getattr(model, field) if field else None
    return found or None


def _check_size(events: Sequence[Event]) -> None:
    for event in events:
        if len(orjson.dumps(event.model_dump(mode="json"))) > MAX_EVENT_BYTES:
            raise TooLarge(bytes=MAX_EVENT_BYTES)
