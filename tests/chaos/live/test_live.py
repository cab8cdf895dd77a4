"""Many homes go their way while things go wrong all around; whatever was answered is there, once and in order."""

from collections.abc import Sequence

import pytest

from tests.chaos.live.conducting import Conductor, Named
from tests.chaos.live.faults import (
    clock_jumped,
    cut,
    disk_full,
    ended,
    every_role_killed,
    frozen,
    rebalanced,
    replayed,
    said_again,
    stuttering,
)

SHORT: Sequence[Sequence[Named]] = (
    (
        ("every role of every service killed", every_role_killed),
        ("connections cut", cut(0.1, 3)),
        ("clock jumps", clock_jumped),
    ),
    (
        ("database killed", ended("database")),
        ("broker killed", ended("broker")),
        ("records repeated", said_again),
        ("database frozen", frozen("database", 3)),
        ("broker frozen", frozen("broker", 3)),
    ),
    (
        ("replicas and rebalances", rebalanced(2, ("portfolio",))),
        ("history replayed", replayed(("portfolio",))),
    ),
)
"""After each group of faults the books are balanced."""
LONG: Sequence[Sequence[Named]] = (
    *((("every role of every service killed", every_role_killed),),) * 4,
    (("connections cut", cut(0.2, 20)),),
    (("clock jumps", clock_jumped),),
    *((("database killed", ended("database")),),) * 3,
    *((("broker killed", ended("broker")),),) * 3,
    (("database frozen", frozen("database", 30)),),
    (("broker frozen", frozen("broker", 30)),),
    (("slow disk under the database", stuttering("database", 20)),),
    (("slow disk under the broker", stuttering("broker", 20)),),
    (("disk full under the database", disk_full("database")),),
    (("disk full under the broker", disk_full("broker")),),
    (("replicas and rebalances (2)", rebalanced(2)),),
    (("replicas and rebalances (3)", rebalanced(3)),),
    (("records repeated", said_again),),
    (("history replayed", replayed()),),
)


@pytest.mark.timeout(400)
async def test_nothing_is_lost_doubled_or_reordered_whatever_goes_wrong(conductor: Conductor) -> None:
    assert await conductor.play(SHORT) == []
    assert conductor.figures.duplicates_on_topics


@pytest.mark.long
@pytest.mark.timeout(3_600)
async def test_nothing_is_lost_doubled_or_reordered_in_the_long_form(conductor: Conductor) -> None:
    assert await conductor.play(LONG) == []
    assert conductor.figures.duplicates_on_topics
    assert conductor.figures.duplicates_dropped
