"""Makes the commit that follows from a decision."""

from datetime import datetime
from typing import Any

from shared.chassis.commits import chained, commit_id, public_events, stored_events
from shared.chassis.deciding import Decided
from shared.chassis.declarations.facts import Actor
from shared.chassis.ports import Document
from shared.chassis.requests import Request


def new_commit(decided: Decided, request: Request) -> Document:
    """The document that follows in the stream. It is chained to what came before, so that tampering shows."""
    stream = decided.stream
    commit: Document = {
        "_id": commit_id(stream.name, stream.tail.revision + 1),
        "stream": stream.name,
        "aggregate": stream.aggregate.name,
        "thing": stream.thing_id,
        "revision": stream.tail.revision + 1,
        "first": stream.tail.sequence + 1,
        "region": decided.region,
        "key": decided.key,
        "at": _to_the_millisecond(decided.at),
        "events": stored_events(decided.events, stream.tail.sequence + 1),
        **_asking(request),
    }
    commit["chain"] = chained(stream.tail.chain, commit)
    commit["relayed"] = not public_events(commit)
    return commit


def _asking(request: Request) -> dict[str, Any]:
    return {
        "cause": request.cause,
        "fingerprint": request.fingerprint,
        "command": type(request.command).__name__,
        "actor": _who(request.actor),
        "on_behalf_of": _for_whom(request),
        "correlation": request.correlation_id,
        "causation": request.causation_id,
        "trace": request.trace,
    }


def _who(actor: Actor) -> dict[str, Any]:
    return {"kind": actor.kind, "id": actor.through or actor.id, "roles": sorted(actor.roles)}


def _for_whom(request: Request) -> str | None:
    """The person for whom the actor asked, when it was somebody else."""
    actor, field = request.actor, request.command.for_person
    if actor.through is not None:
        return actor.id
    person: str | None = getattr(request.command, field) if field else None
    return None if person == actor.id else person


def _to_the_millisecond(at: datetime) -> datetime:
    """What the store keeps of a time; the chain must be the same when the commit is read again."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
