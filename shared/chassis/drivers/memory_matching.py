"""Does a document match? The part of MongoDB's query language that the chassis uses."""

from collections.abc import Callable, Mapping
from typing import Any

_NOTHING = object()


def _comparable(held: Any, wanted: Any, ask: Callable[[Any, Any], bool]) -> bool:
    return held is not _NOTHING and held is not None and type(held) is type(wanted) and ask(held, wanted)


def _equal(held: Any, wanted: Any) -> bool:
    if held is _NOTHING:
        return wanted is None
    return bool(held == wanted or (isinstance(held, list) and wanted in held))


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": _equal,
    "$ne": lambda held, wanted: not _equal(held, wanted),
    "$in": lambda held, wanted: any(_equal(held, one) for one in wanted),
    "$nin": lambda held, wanted: not any(_equal(held, one) for one in wanted),
    "$gt": lambda held, wanted: _comparable(held, wanted, lambda a, b: a > b),
    "$gte": lambda held, wanted: _comparable(held, wanted, lambda a, b: a >= b),
    "$lt": lambda held, wanted: _comparable(held, wanted, lambda a, b: a < b),
    "$lte": lambda held, wanted: _comparable(held, wanted, lambda a, b: a <= b),
    "$exists": lambda held, wanted: (held is not _NOTHING) == bool(wanted),
}


def matches(document: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Whether the document matches. Raises KeyError for an operator that is not known here."""
    return all(_holds(document, name, wanted) for name, wanted in where.items())


def field(document: Any, path: str) -> Any:
    """The value at this dotted path, or None."""
    held = _at(document, path)
    return None if held is _NOTHING else held


def _holds(document: Mapping[str, Any], name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(matches(document, part) for part in wanted)
    if name == "$or":
        return any(matches(document, part) for part in wanted)
    held = _at(document, name)
    if isinstance(wanted, Mapping) and wanted and all(key.startswith("$") for key in wanted):
        return all(_OPERATORS[operator](held, value) for operator, value in wanted.items())
    return _equal(held, wanted)


def _at(document: Any, path: str) -> Any:
    held = document
    for part in path.split("."):
        if not isinstance(held, Mapping) or part not in held:
            return _NOTHING
        held = held[part]
    return held
