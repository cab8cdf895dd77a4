"""What an event's docstring says about its causes: `Caused always by X`, `sometimes by X and by Y`."""

import re
from typing import Literal

from shared.chassis.declarations.event import Event

HowOften = Literal["always", "sometimes"]

_SENTENCE = re.compile(r"Caused ((?:always|sometimes) by [^.]*)\.(?: |$)")
_PART = re.compile(r"\b(always|sometimes) by\b")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]*)+\b")


def causes(event: type[Event]) -> dict[str, HowOften]:
    """The commands that the docstring names, each with how often it causes the event. Empty when it names none."""
    found = _SENTENCE.search(" ".join((event.__doc__ or "").split()))
    if found is None:
        return {}
    often: HowOften = "always"
    named: dict[str, HowOften] = {}
    for position, part in enumerate(_PART.split(found[1])):
        if position % 2:
            often = "always" if part == "always" else "sometimes"
        else:
            named |= dict.fromkeys(_NAME.findall(re.sub(r"\([^)]*\)", "", part)), often)
    return named


def happened(event: type[Event]) -> str:
    """What the docstring says beside the causes, on one line."""
    return _SENTENCE.sub("", " ".join((event.__doc__ or "").split())).strip()
