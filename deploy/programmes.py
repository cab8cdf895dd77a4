"""The programme versions that come with the platform: files with the body that PublishProgrammeVersion takes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROGRAMMES = Path(__file__).resolve().parents[1] / "services" / "enrolment" / "programmes"
DEFAULT = "six-steps-care-homes"
_NUMBER = re.compile(r"\.v(\d+)$")


def default_programme(folder: Path = PROGRAMMES) -> Mapping[str, Any]:
    """The newest version of the programme for care homes. Raises OSError and yaml.YAMLError."""
    return read_programme(max(folder.glob(f"{DEFAULT}.v*.yaml"), key=_number))


def read_programme(file: Path) -> Mapping[str, Any]:
    """A programme version out of a file. Raises OSError, ValueError for what is none, and yaml.YAMLError."""
    found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not {"programme", "number"} <= found.keys():
        raise ValueError("it needs at least `programme` and `number`")
    return found


def _number(file: Path) -> int:
    found = _NUMBER.search(file.stem)
    return int(found[1]) if found else 0
