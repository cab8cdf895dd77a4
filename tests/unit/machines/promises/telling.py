"""Sentences about a history that several promises are made of."""

from collections.abc import Callable, Hashable, Sequence

from shared.chassis.declarations.event import Event


def begins_once(history: Sequence[Event], kind: type[Event]) -> None:
    """It begins with this event, which comes never again."""
    assert isinstance(history[0], kind)
    at_most_once(history, kind)


def at_most_once(history: Sequence[Event], *kinds: type[Event]) -> None:
    """Each of these events comes once or never."""
    for kind in kinds:
        assert sum(isinstance(event, kind) for event in history) <= 1, kind.__name__


def only_after(history: Sequence[Event], kind: type[Event], *needed: type[Event]) -> None:
    """Whenever this event comes, all of those came before."""
    for at, event in enumerate(history):
        if isinstance(event, kind):
            seen = {type(before) for before in history[:at]}
            assert seen.issuperset(needed), f"{kind.__name__} before what it needs"


def in_turn(
    history: Sequence[Event],
    opening: type[Event],
    closing: type[Event],
    what: Callable[[Event], Hashable] = lambda _: None,
) -> None:
    """Nothing is closed that is not open, and nothing is opened that is; for each `what` by itself."""
    opened = set()
    for event in history:
        if isinstance(event, opening):
            assert what(event) not in opened, f"{opening.__name__} twice"
            opened.add(what(event))
        if isinstance(event, closing):
            assert what(event) in opened, f"{closing.__name__} of what is not open"
            opened.remove(what(event))
