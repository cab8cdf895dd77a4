"""Visits every state that a model can reach, and says what is wrong with any of them.

A model is three functions over plain, hashable states: the steps out of a state, what is wrong with a state, and
whether a state is settled. From every state a way without faults must lead to a settled one: nothing is ever wedged.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True)
class Step(Generic[S]):
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
    came_from: dict[S, tuple[S, str] | None] = {start: None}
    calm_before: dict[S, list[S]] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if problem := wrong(state):
            return Explored(len(came_from), f"{problem}: {_way(came_from, state)}")
        for step in steps(state):
            after = same(step.state)
            if not step.fault:
                calm_before.setdefault(after, []).append(state)
            if after not in came_from:
                came_from[after] = (state, step.label)
                queue.append(after)
    wedged = came_from.keys() - _can_settle(came_from, calm_before, settled)
    problem = f"wedged: {_way(came_from, next(s for s in came_from if s in wedged))}" if wedged else None
    return Explored(len(came_from), problem)


def _can_settle(states: Iterable[S], calm_before: dict[S, list[S]], settled: Callable[[S], bool]) -> set[S]:
    reached = {state for state in states if settled(state)}
    todo = list(reached)
    while todo:
        for before in calm_before.get(todo.pop(), ()):
            if before not in reached:
                reached.add(before)
                todo.append(before)
    return reached


def _way(came_from: dict[S, tuple[S, str] | None], state: S) -> str:
    labels: list[str] = []
    while (step := came_from[state]) is not None:
        state, label = step
        labels.append(label)
    return " / ".join(reversed(labels))
