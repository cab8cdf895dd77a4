"""A server that speaks MongoDB's protocol (mongo-java-server, with our own maps below it) inside this process.

It serves for trying things out and for tests. Every change is in a file before its answer leaves, so a killed
process loses nothing it acknowledged. The maps are in `java/`: the server's own keep an index beside the documents,
compare its keys by serialising them, and write the file anew with every change, which made up most of what the whole
platform cost (docs/decisions/0020).
"""

from pathlib import Path
from typing import Any

import jpype

from deploy.local.addresses import HOST
from deploy.local.problem import StackProblem

SPOKEN_VERSION = "5.0.0"
WIRE_VERSION = 13  # what MongoDB 5.0 says; drivers refuse less than 9
FORMER_FILE = "store.mv"


class Database:
    """One database server on one folder; started when made. Raises StackProblem."""

    def __init__(self, data: Path, port: int) -> None:
        data.mkdir(parents=True, exist_ok=True)
        if (data / FORMER_FILE).exists():
            raise StackProblem(f"{data} was made by an earlier version and cannot be read: name another folder.")
        backend = _opened(data)
        backend.version(_version())
        self._server = jpype.JClass("de.bwaldvogel.mongo.MongoServer")(backend)
        try:
            self._server.bind(HOST, port)
        except jpype.JException as failed:
            raise StackProblem(f"The database did not start on port {port}: {failed.getMessage()}") from failed

    def stop(self) -> None:
        """Let running requests end, then close the file."""
        self._server.shutdown()


def _opened(folder: Path) -> Any:
    try:
        return jpype.JClass("sixsteps.FolderBackend")(jpype.JClass("java.nio.file.Path").of(str(folder)))
    except jpype.JException as failed:
        raise StackProblem(f"The database in {folder} cannot be opened: {failed.getMessage()}") from failed


def _version() -> Any:
    spoken = jpype.JClass("java.util.Arrays").asList([jpype.JInt(int(n)) for n in SPOKEN_VERSION.split(".")])

    answers = {
        "getVersionArray": lambda: spoken,
        "getWireVersion": lambda: WIRE_VERSION,
        "toVersionString": lambda: SPOKEN_VERSION,
    }
    return jpype.JProxy("de.bwaldvogel.mongo.MongoVersion", dict=answers)
