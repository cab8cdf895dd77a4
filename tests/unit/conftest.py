"""What the unit ring shares: what the rules did is looked at when all of them have run."""

from pathlib import Path

import pytest

from deploy.services import NAMES

HERE = Path(__file__).parent
LAST = "test_command_events.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the look at what commands really made come last."""
    items.sort(key=lambda item: item.path.name == LAST)


def whole_ring(session: pytest.Session) -> bool:
    """Whether every test of every service's rules is part of this run, and none was picked by name or left out."""
    options = session.config.option
    if options.keyword or options.markexpr or getattr(options, "lf", False) or options.deselect:
        return False
    ran = {item.path for item in session.items}
    return all(ran.issuperset((HERE / name).rglob("test_*.py")) for name in NAMES)
