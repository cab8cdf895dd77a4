"""Visits every state that a model can reach, and says what is wrong with any of them.

A model is three functions over plain, hashable states: the steps out of a state, what is wrong with a state, and
whether a state is settled. From every state a way without faults must lead to a settled one: nothing is ever wedged.
States are numbered as they are found: a number is compared sooner than a state.
"""

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

S = TypeVar("S", bound=Hashable)


class Step(NamedTuple, Generic[S]):
    """One thing that can happen, and the state after it; `fault` when somebody had bad luck."""

    label: str
    state: S
    fault: bool = False


@dataclass(frozen=True)
class Explored:
    """How many states there are, and the shortest way to the first wrong or wedged one, if there is one."""

    states: int
    problem: str | None = None


def explore(
    start: S,
    steps: Callable[[S], Iterable[Step[S]]],
    wrong: Callable[[S], str | None],
    settled: Callable[[S], bool],
    same: Callable[[S], S],
) -> Explored:
    """Visit everything; `same` chooses one of several states that differ only in who is called what."""
    with _nothing_thrown_away():
        return _explored(start, steps, wrong, settled, same)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Spare the collector: all that is made is kept, and it would look through all of it time and again."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def _explored(
    start: S,
    steps: Callable[[S], Iterable[Step[S]]],
    wrong: Callable[[S], str | None],
    settled: Callable[[S], bool],
    same: Callable[[S], S],
) -> Explored:
    states, numbers = [start], {start: 0}
    came_from: list[tuple[int, str]] = [(0, "")]
    calm_before: list[list[int]] = [[]]
    for number, state in enumerate(states):  # it grows while it is gone through
        if problem := wrong(state):
            return Explored(len(states), f"{problem}: {_way(came_from, number)}")
        for label, step_to, fault in steps(state):
            after = same(step_to)
            known = numbers.setdefault(after, len(states))
            if known == len(states):
                states.append(after)
                came_from.append((number, label))
                calm_before.append([])
            if not fault:
                calm_before[known].append(number)
    reached = _can_settle([number for number, state in enumerate(states) if settled(state)], calm_before)
    wedged = next((number for number in range(len(states)) if number not in reached), None)
    return Explored(len(states), None if wedged is None else f"wedged: {_way(came_from, wedged)}")


def _can_settle(settled: Sequence[int], calm_before: Sequence[Sequence[int]]) -> set[int]:
    reached, todo = set(settled), list(settled)
    while todo:
        for before in calm_before[todo.pop()]:
            if before not in reached:
                reached.add(before)
                todo.append(before)
    return reached


def _way(came_from: Sequence[tuple[int, str]], number: int) -> str:
    labels: list[str] = []
    while number:
        number, label = came_from[number]
        labels.append(label)
    return " / ".join(reversed(labels))
