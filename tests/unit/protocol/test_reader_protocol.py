"""The protocol of a reader holds in every state there is; each of its parts is needed."""

from collections.abc import Mapping
from typing import get_args

import pytest

from tests.unit.protocol.exploring import Explored, explore
from tests.unit.protocol.reader_protocol import Protocol
from tests.unit.protocol.reader_world import Broken, Topic, World, same, wrong

ONE = Topic((1,))
TWO = Topic((1, 2))
REPEATS = Topic((1, 2, 1, 3))
POISON = Topic((1, 2, 3), poison=2)
POISON_FIRST = Topic((1, 2), poison=1)
POISON_LAST = Topic((1, 2), poison=2)
GAP = Topic((2, 1))
GAP_WITH_POISON = Topic((2, 1), poison=1)

# what may be on the topic, and how many crashes there are, or partitions that change hands
WORLDS = (
    (ONE, 2),
    (TWO, 1),
    (REPEATS, 2),
    (POISON_FIRST, 0),
    (POISON_LAST, 1),
    (GAP, 1),
    (GAP_WITH_POISON, 0),
    (POISON, 0),
)
# the smallest of them in which each bug comes to light
SHOWN_BY: Mapping[Broken, tuple[Topic, int]] = {
    "position before effect": (POISON_FIRST, 0),
    "offset before effect": (ONE, 2),
    "no positions and no cause": (ONE, 2),
    "skip the poison without parking what follows": (POISON_FIRST, 0),
    "flag cleared without guard": (POISON_FIRST, 0),
    "effect without cause": (ONE, 2),
    "parked after the position": (GAP_WITH_POISON, 0),
    "waiting without touching the position": (POISON_FIRST, 0),
    "offset before position": (ONE, 2),
    "what was done is forgotten when overtaken": (TWO, 1),
    "withdrawn before the position says that it is done": (POISON_LAST, 1),
}
LARGE = pytest.param(POISON, 1, marks=[pytest.mark.long, pytest.mark.timeout(600)])


def explored(topic: Topic, crashes: int, broken: Broken | None = None) -> Explored:
    protocol = Protocol(topic, broken)
    return explore(World(crashes=crashes), protocol.steps, wrong, protocol.settled, same)


@pytest.mark.parametrize(("topic", "crashes"), [*WORLDS, LARGE], ids=repr)
def test_effects_come_once_and_in_order_and_nothing_waits_for_ever(topic: Topic, crashes: int) -> None:
    found = explored(topic, crashes)
    assert found.problem is None
    assert found.states > 100


@pytest.mark.parametrize("broken", get_args(Broken))
def test_each_planted_bug_is_found(broken: Broken) -> None:
    topic, crashes = SHOWN_BY[broken]
    assert (topic, crashes) in WORLDS
    assert explored(topic, crashes, broken).problem
