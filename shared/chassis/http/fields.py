"""Values from outside become models here; what does not fit is told field by field, never with the value itself."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from shared.chassis.http.bodies import pointed
from shared.chassis.http.problems import Problem

M = TypeVar("M", bound=BaseModel)

_YEARS: Final = range(2, 9999)


def from_json(model: type[M], fields: Mapping[str, Any]) -> M:
    """The model these fields of a JSON body make: no unknown field, no type guessed. Raises Problem 422."""
    try:
        made = model.model_validate_json(orjson.dumps(fields), strict=True)
    except ValidationError as error:
        raise not_fitting(error) from None
    _refuse_absurd_moments(made)
    return made


def from_words(model: type[M], words: Mapping[str, Any]) -> M:
    """The model these parameters of an address make; words are read as what the field wants. Raises Problem 422."""
    unknown = sorted(words.keys() - model.model_fields.keys())
    if unknown:
        raise unknown_parameters(unknown)
    try:
        made = model.model_validate(dict(words))
    except ValidationError as error:
        raise not_fitting(error) from None
    _refuse_absurd_moments(made)
    return made


def not_fitting(error: ValidationError) -> Problem:
    """The problem that names every field at fault by its JSON pointer."""
    told = [
        {
            "pointer": "".join(f"/{pointed(str(step))}" for step in found["loc"]),
            "code": found["type"],
            "detail": found["msg"],
        }
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    pointer = told[0]["pointer"] if told else None
    return Problem(422, "invalid_fields", "Some fields do not fit.", pointer=pointer, errors=told)


def unknown_parameters(names: list[str]) -> Problem:
    """The problem of parameters that this address does not know."""
    return Problem(422, "unknown_parameter", "This address does not know that parameter.", details={"names": names})


def _refuse_absurd_moments(model: BaseModel) -> None:
    """A moment that has no UTC is refused here, lest it break whoever computes with it."""
    for pointer, moment in _moments("", model):
        if moment.year not in _YEARS:
            raise Problem(422, "moment_out_of_range", "No such moment can be kept.", pointer=pointer)
        if moment.tzinfo is not None:
            moment.astimezone(UTC)


def _moments(pointer: str, value: Any) -> Iterator[tuple[str, datetime]]:
    match value:
        case datetime():
            yield pointer, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _moments(f"{pointer}/{name}", getattr(value, name))
        case dict():
            for key, item in value.items():
                yield from _moments(f"{pointer}/{pointed(str(key))}", item)
        case list() | tuple() | set() | frozenset():
            for index, item in enumerate(value):
                yield from _moments(f"{pointer}/{index}", item)
        case _:
            return
