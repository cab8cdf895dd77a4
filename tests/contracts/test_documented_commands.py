"""Every command line that a document shows can be typed: each word of it is a command, each option one of its own."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import typer.main

from deploy.cli.app import app
from deploy.cli.checkout import ROOT

FOLDERS = ("docs", "deploy", "services", "shared", "tests")
QUOTED = re.compile(r"`(?:\./sixsteps |(?=ops ))([^`]+)`")
LISTED = re.compile(r"^\s*(?:\w+=\S+ |taskset \S+ \S+ )*\./sixsteps ([^#\n]+)", re.MULTILINE)


def _lines() -> Iterator[tuple[str, str]]:
    below = (page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))
    for page in sorted((ROOT / "README.md", *below)):
        text = page.read_text()
        beside = (re.split(r"\s{2,}", line)[0] for line in LISTED.findall(text))
        for line in sorted({*QUOTED.findall(text), *beside}):
            yield str(page.relative_to(ROOT)), line


def _wrong(words: Sequence[str]) -> str | None:
    """The first word that cannot be typed there."""
    at: Any = typer.main.get_command(app)
    for word in words:
        if word == "--":
            return None
        if word.startswith("-"):
            options = {option for each in at.params for option in each.opts}
            if word.partition("=")[0] not in options | {"--help"}:
                return word
        elif hasattr(at, "commands"):
            if word not in at.commands:
                return word
            at = at.commands[word]
    return None


@pytest.mark.parametrize(("page", "line"), list(_lines()))
def test_a_command_line_that_is_shown_can_be_typed(page: str, line: str) -> None:
    words = [word.strip("[]") for word in line.split() if word not in ("…", "/", "|")]
    assert _wrong(words) is None, f"{page}: {line}"


def test_a_word_that_cannot_be_typed_is_found() -> None:
    assert _wrong(["ops", "parked", "list", "--nothing"]) == "--nothing"
    assert _wrong(["ops", "park"]) == "park"
    assert _wrong(["test", "--ring", "unit", "--", "--anything"]) is None
