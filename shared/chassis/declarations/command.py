"""A command: a request that may be refused."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.chassis.declarations.access import Access


class Command(BaseModel):
    """Please do this. Immutable; unknown fields and wrong types are refused.

    The field `<aggregate>_id` names the stream that decides. Over HTTP it comes from the path, never from the body;
    a command that `creates` gets an id derived from its cause (or from what makes the thing unique), so a repeated
    request finds the same stream. The word in the path (`verb`) is the class's name without the aggregate's name,
    in kebab case, unless it is set here: `OpenCohort` is asked at `/v1/cohorts/{cohort_id}:open`. `for_person` names
    the field with the person for whom it is asked: the audit says so when somebody else asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked_by: ClassVar[Access]
    creates: ClassVar[bool] = False
    verb: ClassVar[str | None] = None
    for_person: ClassVar[str | None] = None


class FreeText:
    """Marks a command's field as text that could name somebody.

    Such a text never enters the journal: it is kept in a redactable document, and `decide` finds the reference to it
    in `facts.documents[<field>]`.
    """


MAX_TEXT = 20_000
"""Characters that one free text may have."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT), FreeText()]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
"""An id or a code: letters, digits, dot, underscore, hyphen; at most 128 characters."""
