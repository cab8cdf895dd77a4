"""The settings of a running platform's services, kept in its folder for `./sixsteps ops`, for its owner only."""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.local.private import keep_private

FILENAME = "environment.json"

Environments = Mapping[str, Mapping[str, str]]
"""By service, its settings (SIXSTEPS_…)."""


def write_environments(folder: Path, environments: Environments) -> None:
    """Replace the folder's file. It holds keys."""
    ours = {name: _settings(environment) for name, environment in environments.items()}
    keep_private(folder / FILENAME, json.dumps(ours, indent=2))


def read_environments(folder: Path) -> Environments | None:
    """What the platform of this folder runs with, or None when none has run there."""
    try:
        found: Environments = json.loads((folder / FILENAME).read_text())
    except FileNotFoundError:
        return None
    return found


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("SIXSTEPS_")}
