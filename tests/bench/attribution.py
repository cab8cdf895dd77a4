"""Which part of the work the time of a profile belongs to.

The time within a function belongs to the part that its file is named for. What is named for none (a driver, a model,
the standard library) works for its callers, and its time goes to their parts, as much as each of them had of it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

REST = "loop"
"""The part of what nobody called but the loop."""
ROUNDS = 20
"""Callers of callers that are asked."""

Function = tuple[str, int, str]
Timing = tuple[int, int, float, float, Mapping[Any, tuple[int, int, float, float]]]
"""As `pstats` has it: calls (twice), time within, time with what it calls; then the same by caller."""

_BEFORE = re.compile(r"^.*/(?:site-packages|python3\.\d+)/|^.*/(?=(?:services|shared|tests)/)")


def named(parts: Mapping[str, tuple[str, ...]]) -> Callable[[str], str | None]:
    """The part of a file, by the longest beginning of its path that is given; None when none is."""
    beginnings = sorted(((path, part) for part, paths in parts.items() for path in paths), key=lambda one: -len(one[0]))

    def part_of(file: str) -> str | None:
        short = _BEFORE.sub("", file)
        return next((part for path, part in beginnings if short.startswith(path)), None)

    return part_of


def shared_out(stats: Mapping[Function, Timing], part_of: Callable[[str], str | None]) -> Mapping[str, float]:
    """Seconds by part."""
    shares = _shares(stats, part_of)
    found: defaultdict[str, float] = defaultdict(float)
    for function, timing in stats.items():
        for part, share in shares[function].items():
            found[part] += share * timing[2]
    return found


def _shares(
    stats: Mapping[Function, Timing], part_of: Callable[[str], str | None]
) -> Mapping[Function, Mapping[str, float]]:
    owned = {function: part_of(function[0]) for function in stats}
    shares: dict[Function, Mapping[str, float]] = {function: {part or REST: 1.0} for function, part in owned.items()}
    lent = [function for function, part in owned.items() if part is None]
    for _ in range(ROUNDS):
        shares |= {function: _of_callers(stats[function], shares) for function in lent}
    return shares


def _of_callers(timing: Timing, shares: Mapping[Function, Mapping[str, float]]) -> Mapping[str, float]:
    """What a function's callers are, by their share in it; what no caller had belongs to the loop."""
    by_caller = {caller: edge[3] for caller, edge in timing[4].items()}
    whole = max(timing[3], sum(by_caller.values()))
    found: defaultdict[str, float] = defaultdict(float)
    found[REST] = 1.0 if whole == 0 else 1.0 - sum(by_caller.values()) / whole
    for caller, seconds in by_caller.items() if whole else ():
        for part, share in shares[caller].items():
            found[part] += share * seconds / whole
    return found
