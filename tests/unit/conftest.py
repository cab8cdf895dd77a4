"""What the unit ring shares: what the rules did is looked at when all of them have run."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.services import NAMES

HERE = Path(__file__).parent
LAST = "test_command_events.py"
LEFT_OUT = pytest.StashKey[set[Path]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the look at what commands really made come last."""
    items.sort(key=lambda item: item.path.name == LAST)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note whose tests were left out, by -k, by -m or by whatever else."""
    for item in items:
        item.config.stash.setdefault(LEFT_OUT, set()).add(item.path)


def whole_ring(session: pytest.Session) -> bool:
    """Whether every test of every service's rules is part of this run, and none was picked by name or left out."""
    ran = {item.path for item in session.items}
    rules = {path for name in NAMES for path in (HERE / name).rglob("test_*.py")}
    picked = any("::" in word for word in session.config.args)
    left_out = session.config.stash.get(LEFT_OUT, set[Path]())
    return not picked and rules <= ran and rules.isdisjoint(left_out)
