"""The protocol of journal and relay holds in every state there is; each of its parts is needed."""

from typing import get_args

import pytest

from tests.unit.protocol.exploring import Explored, explore
from tests.unit.protocol.journal_protocol import Broken, Protocol, WithoutCause, World, same, settled, wrong

TWO_COMMANDS = World(answers=("unasked",) * 2)
NEEDS_A_RULE_THAT_NEVER_REFUSES = {"policy without cause"}


def explored(protocol: Protocol) -> Explored:
    start = TWO_COMMANDS if isinstance(protocol, WithoutCause) else World()
    return explore(start, protocol.steps, wrong, settled, same)


def test_the_protocol_is_safe_and_never_wedged() -> None:
    found = explored(Protocol())
    assert found.problem is None
    assert found.states > 80_000


def test_the_protocol_is_safe_for_reactions_whose_rule_never_refuses() -> None:
    found = explored(WithoutCause())
    assert found.problem is None
    assert found.states > 5_000


@pytest.mark.parametrize("broken", get_args(Broken))
def test_each_planted_bug_is_found(broken: Broken) -> None:
    protocol = WithoutCause if broken in NEEDS_A_RULE_THAT_NEVER_REFUSES else Protocol
    assert explored(protocol(broken)).problem
