"""What the documents point at is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer

from deploy.cli.app import app
from deploy.cli.checkout import ROOT

FOLDERS = ("docs", "services", "shared", "deploy", "tests")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
COMMAND = re.compile(r"\./sixsteps ([a-z]+)")
PATH = re.compile(r"`((?:services|shared|deploy|tests|docs|tools)/[\w./-]+)`")


def test_every_link_leads_to_a_file() -> None:
    lost = [
        f"{page}: {target}"
        for page in _pages()
        for target in LINK.findall((ROOT / page).read_text())
        if not (ROOT / page.parent / target).exists()
    ]
    assert not lost, lost


def test_every_path_that_is_named_exists() -> None:
    lost = [
        f"{page}: {path}"
        for page in _pages()
        for path in PATH.findall((ROOT / page).read_text())
        if not (ROOT / path).exists()
    ]
    assert not lost, lost


def test_every_command_that_is_named_can_be_typed() -> None:
    known = getattr(typer.main.get_command(app), "commands", {}).keys()
    lost = [
        f"{page}: {command}"
        for page in _pages()
        for command in COMMAND.findall((ROOT / page).read_text())
        if command not in known
    ]
    assert not lost, lost


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text()))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}


def _pages() -> Iterator[Path]:
    yield Path("README.md")
    for folder in FOLDERS:
        yield from (page.relative_to(ROOT) for page in sorted((ROOT / folder).rglob("*.md")))
