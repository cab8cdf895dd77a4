"""The folder of a platform for trying out: used by one at a time, and emptied only when it is one of ours."""

import shutil
from pathlib import Path

from deploy.local.problem import StackProblem

OURS = frozenset(
    {
        "claim",
        "stack",
        "mail",
        "clock",
        "clock.draft",
        "card-key",
        "environment.json",
        "issuer-key.json",
        "jwks.json",
        "ports.json",
    }
)


def empty(folder: Path) -> None:
    """Take everything out of a platform's folder but the claim on it. Raises StackProblem for a folder of others."""
    found = list(folder.iterdir()) if folder.is_dir() else []
    strangers = sorted(path.name for path in found if path.name not in OURS and path.suffix != ".log")
    if strangers:
        raise StackProblem(f"{folder} holds what is not ours ({strangers[0]}), so it is not emptied. Name another.")
    for path in found:
        if path.name != "claim":
            remove(path)


def remove(path: Path) -> None:
    """Take a file or a folder away."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
