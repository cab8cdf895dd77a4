"""The rings of tests, from the fastest to the slowest, and how pytest is asked for them."""

from collections.abc import Sequence
from enum import StrEnum

from deploy.cli.checkout import ROOT, python_module


class Ring(StrEnum):
    """One folder of tests/, named by what its tests prove."""

    UNIT = "unit"
    CONTRACTS = "contracts"
    ARCHITECTURE = "architecture"
    INTEGRATION = "integration"
    ACCEPTANCE = "acceptance"
    CHAOS = "chaos"


STACK_MISSING = 69  # how tests/support/stack.py ends a session whose broker and database cannot be had
WITHOUT_STACK = (Ring.UNIT, Ring.CONTRACTS, Ring.ARCHITECTURE)
BY_DEFAULT = tuple(Ring)


def pytest_command(rings: Sequence[Ring], *words: str, long: bool = False) -> tuple[str, ...]:
    """Return the command that runs these rings; long tests only when asked for."""
    folders = [f"tests/{ring}" for ring in rings if has_tests(ring)]
    return python_module("pytest", *folders, *(() if long else ("-m", "not long")), *words)


def has_tests(ring: Ring) -> bool:
    """Whether the ring's folder holds a test file."""
    return any((ROOT / "tests" / ring).rglob("test_*.py"))
