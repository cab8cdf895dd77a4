"""The arithmetic of the bench."""

import pytest

from tests.bench.ground import percentile
from tests.bench.rows import BARS, BY_DEFAULT, ROWS, Bar


@pytest.mark.parametrize(("share", "found"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_nearest_rank(share: float, found: int) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == found


def test_a_bar_holds_on_the_right_side() -> None:
    assert Bar("", least=5).held(5)
    assert not Bar("", least=5).held(4.9)
    assert Bar("", most=3).held(3)
    assert not Bar("", most=3).held(3.1)


def test_every_row_that_is_measured_by_default_is_a_row() -> None:
    assert set(BY_DEFAULT) <= ROWS.keys()
    assert BARS
