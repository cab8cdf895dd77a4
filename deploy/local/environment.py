"""The settings of a running platform's services, kept in its folder for `./sixsteps ops`, for its owner only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

FILENAME = "environment.json"

Environments = Mapping[str, Mapping[str, str]]
"""By service, its settings (SIXSTEPS_…)."""


def write_environments(folder: Path, environments: Environments) -> None:
    """Replace the folder's file in one step. Holds keys, therefore mode 0600."""
    ours = {name: _settings(environment) for name, environment in environments.items()}
    draft = folder / f".{FILENAME}.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(ours, indent=2))
    draft.replace(folder / FILENAME)


def read_environments(folder: Path) -> Environments | None:
    """What the platform of this folder runs with, or None when none has run there."""
    try:
        found: Environments = json.loads((folder / FILENAME).read_text())
    except FileNotFoundError:
        return None
    return found


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("SIXSTEPS_")}
