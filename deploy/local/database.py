"""A server that speaks MongoDB's protocol (mongo-java-server on an H2 file) inside this process.

It serves for trying things out and for tests. Every change is in the file before its answer leaves, so a
killed process loses nothing it acknowledged.
"""

from pathlib import Path
from typing import Any

import jpype

from deploy.local.addresses import HOST
from deploy.local.durability import committing_first
from deploy.local.problem import StackProblem

SPOKEN_VERSION = "5.0.0"
PAGE_BYTES = 4096
KEYS_IN_A_PAGE = 16
CACHE_MB = 64
WIRE_VERSION = 13  # what MongoDB 5.0 says; drivers refuse less than 9


class Database:
    """One database server on one file; started when made."""

    def __init__(self, data: Path, port: int) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._store = _opened(data / "store.mv")
        backend = jpype.JClass("de.bwaldvogel.mongo.backend.h2.H2Backend")(self._store)
        backend.version(_version())
        self._server = jpype.JClass("de.bwaldvogel.mongo.MongoServer")(committing_first(backend, self._store))
        try:
            self._server.bind(HOST, port)
        except jpype.JException as failed:
            raise StackProblem(f"The database did not start on port {port}: {failed.getMessage()}") from failed

    def stop(self) -> None:
        """Let running requests end, then close the file."""
        self._server.shutdown()


def _opened(file: Path) -> Any:
    builder = jpype.JClass("org.h2.mvstore.MVStore$Builder")().fileName(str(file))
    # Every call commits, and a commit writes every page it touched anew: small pages halve what a call costs.
    builder.pageSplitSize(PAGE_BYTES).keysPerPage(KEYS_IN_A_PAGE).cacheSize(CACHE_MB)
    try:
        store = builder.open()
        store.setAutoCommitDelay(20_000)  # ms; every call commits, this only tidies the file
    except jpype.JException as failed:
        raise StackProblem(f"The database file {file} cannot be opened: {failed.getMessage()}") from failed
    store.setRetentionTime(2000)  # ms; reuse space soon, but not under a scan that still reads it
    return store


def _version() -> Any:
    spoken = jpype.JClass("java.util.Arrays").asList([jpype.JInt(int(n)) for n in SPOKEN_VERSION.split(".")])

    answers = {
        "getVersionArray": lambda: spoken,
        "getWireVersion": lambda: WIRE_VERSION,
        "toVersionString": lambda: SPOKEN_VERSION,
    }
    return jpype.JProxy("de.bwaldvogel.mongo.MongoVersion", dict=answers)
