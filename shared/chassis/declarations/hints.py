"""Reads declarations out of annotations, so that nothing has to be said twice."""

import inspect
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def parameters(function: Callable[..., Any]) -> tuple[Any, ...]:
    """The annotations of the function's parameters, in order. Raises TypeError when one is missing."""
    hints = get_type_hints(function)
    names = tuple(inspect.signature(function).parameters)
    missing = [name for name in names if name not in hints]
    if missing:
        raise TypeError(f"{function.__module__}.{function.__name__}: no annotation for {', '.join(missing)}")
    return tuple(hints[name] for name in names)


def members(annotation: Any) -> tuple[Any, ...]:
    """The classes of a union (None left out), or the one class itself."""
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for member in get_args(annotation) if member is not NoneType)
    return (annotation,)
