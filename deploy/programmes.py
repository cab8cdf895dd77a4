"""The programme versions that come with the platform: files with the body that PublishProgrammeVersion takes.

A version is published once and never changed, so neither is its file: what is to be said otherwise is a new version, in
a file with the next number. Those that nobody publishes any more may go; who published one has it in the journal.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROGRAMMES = Path(__file__).resolve().parents[1] / "services" / "enrolment" / "programmes"
DEFAULT = "six-steps-care-homes"
_NUMBER = re.compile(r"\.v(\d+)$")


def default_programme() -> Mapping[str, Any]:
    """The newest version of the programme for care homes. Raises OSError and yaml.YAMLError."""
    return newest(DEFAULT)


def newest(programme: str, folder: Path = PROGRAMMES) -> Mapping[str, Any]:
    """The newest version of this programme. Raises OSError and yaml.YAMLError, and ValueError when there is none."""
    return read_programme(max(folder.glob(f"{programme}.v*.yaml"), key=_number))


def read_programme(file: Path) -> Mapping[str, Any]:
    """A programme version out of a file. Raises OSError, ValueError for what is none, and yaml.YAMLError."""
    found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not {"programme", "number"} <= found.keys():
        raise ValueError("it needs at least `programme` and `number`")
    return found


def _number(file: Path) -> int:
    found = _NUMBER.search(file.stem)
    return int(found[1]) if found else 0
