"""A query: a question that neither an aggregate nor a view answers as it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.errand import Tools


@dataclass(frozen=True, kw_only=True)
class Query:
    """Served at `/v1/<path>`; names in braces in the path are fields of `question`, as are the query's or body's.

    `answer` changes nothing. It may raise a Refusal. What belongs to a region is only ever looked up through `tools`,
    which is bound to the viewer's region. `unit` and `person` name the field of the answer which says to which unit or
    person it belongs: that is what a role that reaches only so far is compared with before the answer goes out.
    """

    path: str
    read_by: Access
    question: type[BaseModel]
    answer: Callable[[Any, Tools], Awaitable[BaseModel]]
    method: Literal["GET", "POST"] = "GET"
    unit: str | None = None
    person: str | None = None
