"""How many copies of a topic there are."""

import pytest

from shared.chassis.drivers.topics import AS_MANY_AS_SENSIBLE, copies


@pytest.mark.parametrize(("brokers", "found"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_a_topic_has_a_copy_on_each_broker_and_no_more_than_three(brokers: int, found: int) -> None:
    assert copies(AS_MANY_AS_SENSIBLE, brokers) == found


def test_who_asks_for_a_number_gets_it() -> None:
    assert copies(2, 9) == 2
