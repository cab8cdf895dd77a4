"""Which platform the operators' commands look at: one that runs from a folder, or the one of the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.environment import Environments, read_environments
from deploy.local.folder import UP_FOLDER
from deploy.services import NAMES

OF_ONE_PROCESS = ("SIXSTEPS_DATABASE", "SIXSTEPS_HTTP_PORT", "SIXSTEPS_SERVICE")
"""What differs between services, and would be wrong for all but one of them."""


class NoPlatform(Exception):
    """There is no platform to look at; the sentence says what to do."""


def environments(data: Path | None, *, external: bool, surroundings: Mapping[str, str] | None = None) -> Environments:
    """The settings of each service: of the folder named, else of the environment.

    Without either, of what `./sixsteps up` runs when it keeps its folder here. Raises NoPlatform.
    """
    if data is not None and external:
        raise NoPlatform("Name a folder with --data, or take --stack external; not both.")
    if external:
        return _of_surroundings(surroundings)
    found = _of_folder(data or UP_FOLDER)
    if found is None and data is not None:
        raise NoPlatform(
            f"No platform has run from {data}. Name the folder that `./sixsteps up` or `demo --keep` told."
        )
    return found or _of_surroundings(surroundings)


def _of_folder(folder: Path) -> Environments | None:
    try:
        return read_environments(folder)
    except (OSError, ValueError) as wrong:
        raise NoPlatform(f"What the platform of {folder} runs with cannot be read: {wrong}") from wrong


def _of_surroundings(surroundings: Mapping[str, str] | None) -> Environments:
    given = os.environ if surroundings is None else surroundings
    ours = {name: value for name, value in given.items() if name.startswith("SIXSTEPS_")}
    if "SIXSTEPS_KAFKA" not in ours:
        raise NoPlatform(
            "No platform is named: SIXSTEPS_KAFKA is not set. Start one: ./sixsteps up, or name its folder: --data DIR"
        )
    return {service: {name: ours[name] for name in ours.keys() - OF_ONE_PROCESS} for service in NAMES}
