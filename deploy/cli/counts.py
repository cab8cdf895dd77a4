"""How many tests of each ring passed, failed and were skipped, read from pytest's report."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

SAYS_SO = {"failure": "failed", "error": "failed", "skipped": "skipped"}


def counted(report: Path) -> dict[str, dict[str, int]]:
    """Return the counts by ring; empty when pytest wrote no report."""
    if not report.exists():
        return {}
    rings: dict[str, Counter[str]] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
        rings.setdefault(_ring(case), Counter())[_how(case)] += 1
    return {ring: dict(counts) for ring, counts in rings.items()}


def _ring(case: ET.Element) -> str:
    """Return the folder under tests/ that holds the test: `tests.unit.deploy.test_x` is of the unit ring."""
    parts = case.get("classname", "").split(".")
    return parts[1] if len(parts) > 1 else "?"


def _how(case: ET.Element) -> str:
    return next((SAYS_SO[part.tag] for part in case if part.tag in SAYS_SO), "passed")
