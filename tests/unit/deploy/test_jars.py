"""The Java parts are the locked ones, byte for byte, or they are not used."""

import hashlib
import ssl
from pathlib import Path

import pytest
import truststore

from deploy.local import jars
from deploy.local.jars import Jar
from deploy.local.problem import StackProblem

CONTENT = b"a jar"
JAR = Jar("org.example", "part", "1.0", hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIXSTEPS_CACHE", str(tmp_path))
    return tmp_path / "jars"


def _sends(monkeypatch: pytest.MonkeyPatch, content: bytes) -> list[Jar]:
    """Stand in for the download; return the list of what was asked for."""
    asked: list[Jar] = []

    def download(jar: Jar, work: Path) -> Path:
        asked.append(jar)
        (work / jar.filename).write_bytes(content)
        return work / jar.filename

    monkeypatch.setattr(jars, "_download", download)
    return asked


def test_a_missing_part_is_fetched_once(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    asked = _sends(monkeypatch, CONTENT)
    assert jars.classpath([JAR]) == jars.classpath([JAR]) == [cache / "part-1.0.jar"]
    assert asked == [JAR]


def test_a_part_is_fetched_from_whom_the_machine_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    trusting: list[type] = []

    def download(jar: Jar, work: Path) -> Path:
        trusting.append(ssl.SSLContext)
        (work / jar.filename).write_bytes(CONTENT)
        return work / jar.filename

    monkeypatch.setattr(jars, "_download", download)
    before = ssl.SSLContext
    jars.classpath([JAR])
    assert trusting == [truststore.SSLContext]
    assert ssl.SSLContext is before


def test_a_part_that_was_tampered_with_is_not_used(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    _sends(monkeypatch, b"something else")
    with pytest.raises(StackProblem, match=r"part-1\.0\.jar is not the file"):
        jars.classpath([JAR])
    assert list(cache.iterdir()) == []


def test_a_spoilt_cache_is_mended(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    _sends(monkeypatch, CONTENT)
    cache.mkdir()
    (cache / JAR.filename).write_bytes(b"half a j")
    assert jars.classpath([JAR])[0].read_bytes() == CONTENT


def test_without_cache_and_network_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(StackProblem, match="connect to the network"):
        jars.classpath([JAR])


def test_a_cache_that_cannot_be_written_to_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIXSTEPS_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(StackProblem, match="SIXSTEPS_CACHE"):
        jars.classpath([JAR])


def test_every_locked_part_has_a_checksum() -> None:
    locked = jars.locked()
    assert len(locked) == len({jar.filename for jar in locked}) > 30
    assert all(len(jar.sha256) == 64 for jar in locked)
