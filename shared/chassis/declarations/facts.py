"""Facts: what a rule must be told from outside before it decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.chassis.declarations.state import State

S = TypeVar("S", bound=State)


class Actor(BaseModel):
    """Who asks: an opaque person id with the roles, regions and units of the token, or the platform itself.

    `through` is who really acts, when a token was handed on to them (RFC 8693): the right to ask is `id`'s.
    `lacks` names, by role, units at which they are known not to have it, although the token says both.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["person", "system", "partner"] = "system"
    id: str
    roles: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    through: str | None = None
    lacks: Mapping[str, frozenset[str]] = {}


class DocumentRef(BaseModel):
    """A reference to a redactable text: where it is and what it said when it was written."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    sha256: str


class Facts(BaseModel):
    """The time (UTC), who asks, for which region, and the references to the free texts of the command by field.

    A service adds what its rules need by a subclass, and says in the row of the aggregate how it is looked up. What
    was looked up may be stale: what must be unique is decided inside one stream.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    now: datetime
    actor: Actor
    region: str
    documents: Mapping[str, DocumentRef] = {}


class Look(Protocol):
    """Reads the present state of another stream of the same service; None when there is no such stream."""

    async def __call__(self, state: type[S], thing_id: str) -> S | None:
        """The state of the aggregate whose state class is `state` and whose id is `thing_id`."""
        ...
