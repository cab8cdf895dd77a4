"""The checkout this command line works on, and the tools of its .venv."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("services", "shared", "deploy", "tests")


def python_module(name: str, *words: str) -> tuple[str, ...]:
    """Return the command that runs a module of ours or of a tool."""
    return (sys.executable, "-m", name, *words)


def installed(name: str, *words: str) -> tuple[str, ...]:
    """Return the command that runs a program installed beside our Python."""
    return (str(Path(sys.executable).parent / name), *words)


def present(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return those folders of the checkout that exist."""
    return tuple(folder for folder in folders if (ROOT / folder).is_dir())
