"""The data folder of a stack: writable, with room, and used by one stack at a time."""

import fcntl
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.problem import StackProblem

UP_FOLDER = Path(".sixsteps") / "up"
"""Where `./sixsteps up` keeps everything when no other folder is named."""

NEEDED_BYTES = 256 * 1024 * 1024


@contextmanager
def claimed(data: Path) -> Iterator[Path]:
    """Hold the folder for this process; the hold ends with the process, however that ends.

    Refuses a folder that cannot be written to, has no room left, or belongs to another running stack.
    """
    handle = _open_claim(data)
    try:
        _refuse_without_room(data)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackProblem(f"The data folder {data} is in use by another running stack.") from None
        yield data
    finally:
        os.close(handle)


def _open_claim(data: Path) -> int:
    try:
        data.mkdir(parents=True, exist_ok=True)
        return os.open(data / "claim", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as failed:
        raise StackProblem(f"Cannot write to the data folder {data}: {failed.strerror}.") from None


def _refuse_without_room(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        left = f"{free // 2**20} MB are left on the disk of {data}"
        raise StackProblem(f"{left}; the stack needs {NEEDED_BYTES // 2**20} MB.")


def as_option(folder: Path) -> str:
    """What a command must be told, besides its name, to find the platform of this folder."""
    return "" if folder.resolve() == UP_FOLDER.resolve() else f" --data {shlex.quote(str(folder))}"
