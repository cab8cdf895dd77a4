"""A change under the same version must not break what is stored, nor whoever reads by the committed schema."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, create_model

from deploy.contracts import schemas
from deploy.contracts.compatibility import breaks
from shared.chassis.declarations.event import Event


class Lace(BaseModel):
    """A part of an event."""

    model_config = ConfigDict(extra="ignore")

    length: int


FIELDS: dict[str, Any] = {
    "order_id": (str, ...),
    "pairs": (int, ...),
    "colour": (Literal["black", "brown"], ...),
    "lace": (Lace, ...),
    "note": (str | None, None),
}


def _class(**changes: Any) -> type[Event]:
    fields = {name: told for name, told in {**FIELDS, **changes}.items() if told is not None}
    return create_model("PairSold", __base__=Event, **fields)


def _faults(changed: type[Event]) -> list[str]:
    committed, now = (schemas.closed(each.model_json_schema(mode="serialization")) for each in (_class(), changed))
    return list(breaks(committed, now, schemas.read(changed)))


class LongLace(Lace):
    """The same with another field that may be missing."""

    tip: str = "metal"


class StrangeLace(BaseModel):
    """Another way to say how long."""

    length: str


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"size": (int | None, None)},
        {"size": (int, 42)},
        {"colour": (Literal["black", "brown", "red"], ...)},
        {"lace": (LongLace, ...)},
    ],
    ids=["nothing", "an optional field", "a field with a default", "another word", "an optional field further in"],
)
def test_what_may_be_added_breaks_nothing(changes: dict[str, Any]) -> None:
    assert _faults(_class(**changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"pairs": None},
        {"note": None},
        {"pairs": None, "number": (int, ...)},
        {"pairs": (str, ...)},
        {"pairs": (int | None, ...)},
        {"note": (str, ...)},
        {"size": (int, ...)},
        {"colour": (Literal["black"], ...)},
        {"lace": (StrangeLace, ...)},
        {"lace": (tuple[Lace, ...], ...)},
    ],
    ids=[
        "a field is gone",
        "an optional field is gone",
        "renamed",
        "another type",
        "may now be empty",
        "may no longer be empty",
        "a field without default",
        "a word less",
        "another type further in",
        "several instead of one",
    ],
)
def test_what_would_break_a_reader_is_caught(changes: dict[str, Any]) -> None:
    assert _faults(_class(**changes))
