"""Counts by ring, read from pytest's own report."""

from pathlib import Path

from deploy.cli.counts import counted

REPORT = """<testsuites><testsuite>
<testcase classname="tests.unit.deploy.test_x" name="a"/>
<testcase classname="tests.unit.deploy.test_x.TestY" name="b"><failure message="no"/></testcase>
<testcase classname="tests.chaos.test_z" name="c"><skipped/></testcase>
<testcase classname="tests.chaos.test_z" name="d"><error/></testcase>
</testsuite></testsuites>"""


def test_each_case_counts_for_its_ring(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert counted(report) == {"unit": {"passed": 1, "failed": 1}, "chaos": {"skipped": 1, "failed": 1}}


def test_no_report_no_counts(tmp_path: Path) -> None:
    assert counted(tmp_path / "none.xml") == {}
