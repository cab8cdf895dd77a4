"""The state of an aggregate: what its rules need to know, folded from its events."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict


class State(BaseModel):
    """Immutable. Every field has a default: `Cohort()` is the cohort of which nothing has been heard yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=State)


def replace(state: S, **changes: Any) -> S:
    """The same state with some fields changed. Raises TypeError for a field that does not exist."""
    unknown = changes.keys() - type(state).model_fields.keys()
    if unknown:
        raise TypeError(f"{type(state).__name__} has no field {', '.join(sorted(unknown))}")
    return state.model_copy(update=changes)
