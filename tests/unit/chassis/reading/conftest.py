"""The workbench's parts, new for each test."""

from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.replaying import Replaying
from tests.unit.chassis.reading.bench import Answers, QuickClock, Topic
from tests.unit.chassis.reading.policy_reading import policy_reader


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


@pytest.fixture
def reader(store: Any, clock: QuickClock, answers: Answers) -> Reader:
    """Give a reader with one policy."""
    return policy_reader(store, clock, answers)


@pytest.fixture
def operators(reader: Reader, store: Any, clock: QuickClock) -> Replaying:
    """Give what operators do with what it has parked."""
    return Replaying(reader, store, clock)
