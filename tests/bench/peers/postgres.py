"""A PostgreSQL of our own for one peer: Debian's packages, a folder that goes away, a port nobody uses.

As durable as the embedded stack: what is acknowledged is out of the process, so that a kill loses nothing; no `fsync`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.ended import ended
from deploy.local.ports import free_port
from tests.bench.ground import Missing

SETTINGS = ("fsync=off", "synchronous_commit=on", "full_page_writes=off", "shared_buffers=128MB")


def programs() -> Path:
    """Where PostgreSQL's programs lie. Raises Missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Missing("there is no PostgreSQL here (Debian: apt install postgresql).")
    return found[-1].parent


@contextmanager
def running() -> Iterator[str]:
    """A server; the address for SQLAlchemy with asyncpg."""
    folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    user = _user()
    if user is not None:
        os.chown(folder, user, -1)
    try:
        yield from _served(folder, user)
    finally:
        shutil.rmtree(folder)


def _served(folder: Path, user: int | None) -> Iterator[str]:
    port, data = free_port(), folder / "data"
    made = [str(programs() / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust"]
    subprocess.run(made, user=user, check=True, stdout=subprocess.DEVNULL)
    words = [word for setting in SETTINGS for word in ("-c", setting)]
    command = [str(programs() / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*command, *words], user=user, stdout=log, stderr=log)
    try:
        _await(server, port)
        yield f"postgresql+asyncpg://bench@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(20)


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    ready = [str(programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + 20
    while subprocess.run(ready, check=False).returncode:
        if ended(server) is not None or time.monotonic() > deadline:
            raise Missing("PostgreSQL did not start.")


def _user() -> int | None:
    """It refuses to run as root, so root lends it Debian's user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        raise Missing("PostgreSQL does not run as root, and there is no user postgres.") from None
