"""What every ring shares: its marker, set by folder, and the stack, started when the first test asks."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.rings import Ring
from tests.support.stack import Stack, chosen_stack

HERE = Path(__file__).parent
RINGS = frozenset(Ring)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the ring whose folder holds it."""
    for item in items:
        ring = item.path.relative_to(HERE).parts[0]
        if ring in RINGS:
            item.add_marker(ring)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of each ring ran, how they went and how long they took."""
    rings: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: dict[str, float] = defaultdict(float)
    for how, reports in terminalreporter.stats.items():
        for report in (one for one in reports if isinstance(one, pytest.TestReport)):
            ring = Path(report.nodeid).parts[1]
            seconds[ring] += report.duration
            rings[ring].update([how] if how else [])
    for ring in sorted(rings):
        told = ", ".join(f"{number} {how}" for how, number in sorted(rings[ring].items()))
        terminalreporter.write_line(f"{ring:<13} {told} in {seconds[ring]:.1f}s")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give one broker and one database for the whole session; tests keep apart by names of their own."""
    with chosen_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def database_name() -> str:
    """Give the test a Mongo database nobody else uses."""
    return f"test_{_unique()}"


@pytest.fixture
def topic_prefix() -> str:
    """Give the test a prefix for its topics and consumer groups, so that tests never meet."""
    return f"t{_unique()}-"


def _unique() -> str:
    return secrets.token_hex(6)
