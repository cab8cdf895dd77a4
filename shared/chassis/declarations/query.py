"""A query: a question that neither an aggregate nor a view answers as it is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.state import State
from shared.chassis.declarations.view import Row, View

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Told:
    """One event of a thing's history: its id, when it was stored (UTC), who asked for it, and what made them ask.

    `causation_id` is the id of the event that a policy reacted to; a person's request has none.
    """

    id: str
    event: Event
    at: datetime
    actor_id: str
    causation_id: str | None


@dataclass(frozen=True, kw_only=True)
class Download:
    """An answer in bytes, whole or piece by piece, offered under a file name. Subclass it to say whose it is."""

    content: bytes | AsyncIterator[bytes]
    file_name: str


class QueryTools(Tools, Protocol):
    """What a query may look things up with. What lies in another region than the viewer's is not there."""

    async def history(self, state: type[State], thing_id: str) -> Sequence[Told]:
        """What happened to a thing of this service, oldest first, private events too; nothing when it is not there."""
        ...

    async def rows(self, view: View[R], **equal: str) -> Sequence[R]:
        """The rows of a view of this service whose fields have these values, in the view's order."""
        ...

    def within(self, region: str) -> "QueryTools":
        """The same tools for this region alone, if the viewer may see it. Without it a stranger gets no rows."""
        ...

    async def file(self, file_id: str) -> bytes | None:
        """A file, or None."""
        ...


@dataclass(frozen=True, kw_only=True)
class Query:
    """Served at `/v1/<path>`; names in braces in the path are fields of `question`, as are the query's or body's.

    `answer` changes nothing. It may raise a Refusal. What belongs to a region is only ever looked up through its
    tools (`Tools`, or `QueryTools` where it needs more), which are bound to the viewer's region. `unit` and `person`
    name the field of the answer which says to which unit or person it belongs: that is what a role that reaches only
    so far is compared with before the answer goes out. A `public` one names no region: it looks a thing up by what only
    those who may know it can name, then goes on `within` its region. With a `media_type` the answer is a `Download` of
    that type.
    """

    path: str
    read_by: Access
    question: type[BaseModel]
    answer: Callable[[Any, Any], Awaitable[BaseModel | Download]]
    method: Literal["GET", "POST"] = "GET"
    unit: str | None = None
    person: str | None = None
    media_type: str | None = None
