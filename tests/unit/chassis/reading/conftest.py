"""The workbench's parts, new for each test."""

import pytest

from shared.chassis.drivers.memory import MemoryStore
from tests.unit.chassis.reading.bench import Answers, QuickClock, Topic


@pytest.fixture
def clock() -> QuickClock:
    """Give a clock that stands still until it is set."""
    return QuickClock()


@pytest.fixture
def store() -> MemoryStore:
    """Give an empty database."""
    return MemoryStore()


@pytest.fixture
def answers() -> Answers:
    """Give a handler of commands."""
    return Answers()


@pytest.fixture
def topic() -> Topic:
    """Give an empty topic."""
    return Topic()
